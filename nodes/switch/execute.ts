import { implementNode } from "#runtime/node/define.ts";
import { done } from "#runtime/node/outcome.ts";
import { casePort, OTHERWISE, type SwitchCase, switchNode } from "./node.ts";

export default implementNode(switchNode, ({ config, inputs }) => {
  const taken = config.cases.find(({ equals }) => isMatch(config.value, equals));
  const value = Object.hasOwn(inputs, "value") ? inputs.value : (config.value ?? null);
  return done({ [taken ? casePort(taken.id) : OTHERWISE]: value });
});

/** Texts, numbers and booleans are compared as text: a form cannot tell 3 from "3". Lists, maps and null equal no case. */
function isMatch(value: unknown, equals: SwitchCase["equals"]): boolean {
  return typeof value !== "object" && value !== undefined && String(value) === String(equals);
}
