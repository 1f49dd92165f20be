// SurveyJS's verdicts: [[expression, [values, …]], …] on standard input, a list of booleans for each on standard output.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { ConditionRunner } = createRequire(import.meta.url)("survey-core");
const asked = JSON.parse(readFileSync(0, "utf8"));
const verdicts = asked.map(([expression, people]) => {
  const runner = new ConditionRunner(expression);
  return people.map((values) => Boolean(runner.runValues(values)));
});
console.log(JSON.stringify(verdicts));
