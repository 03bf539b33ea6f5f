import { expect, test } from "vitest";
import { commandLine } from "./command-line.ts";

test("the command is shown whole, in an order and with quotes that leave nothing hidden", () => {
  const settings = { command: "/usr/bin/my server", arguments: ["--root", "/home/a b", "it's", "; rm -rf ~"], environment: { TOKEN: "x y" } };
  expect(commandLine(settings)).toBe(`TOKEN='x y' '/usr/bin/my server' --root '/home/a b' 'it'\\''s' '; rm -rf ~'`);
});

test("an empty argument is seen", () => {
  expect(commandLine({ command: "heddle:node", arguments: [""], environment: {} })).toBe("heddle:node ''");
});
