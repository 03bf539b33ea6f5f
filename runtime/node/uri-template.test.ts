import { expect, it } from "vitest";
import { fillIn, variablesOf } from "./uri-template.ts";

// examples of RFC 6570, section 3.2
const values = { var: "value", hello: "Hello World!", empty: "", path: "/foo/bar", x: 1024, y: 768, list: ["red", "green", "blue"] };

it.each([
  ["{var}", "value"],
  ["{hello}", "Hello%20World%21"],
  ["{path}/here", "%2Ffoo%2Fbar/here"],
  ["{+path}/here", "/foo/bar/here"],
  ["{+hello}", "Hello%20World!"],
  ["{#x,hello,y}", "#1024,Hello%20World!,768"],
  ["map?{x,y}", "map?1024,768"],
  ["X{.x,y}", "X.1024.768"],
  ["{/var,x}/here", "/value/1024/here"],
  ["{?x,y,empty}", "?x=1024&y=768&empty="],
  ["?fixed=yes{&x}", "?fixed=yes&x=1024"],
  ["{var:3}", "val"],
  ["{list}", "red,green,blue"],
  ["{/list*}", "/red/green/blue"],
  ["a{?unknown}b{unknown}", "ab"],
  ["file:///notes.md", "file:///notes.md"],
])("%s becomes %s", (template, address) => {
  expect(fillIn(template, values)).toBe(address);
});

it("names its variables once, and leaves expressions alone", () => {
  expect(variablesOf("demo://{{ inputs.kind }}/{id}{?id,page*}")).toEqual(["id", "page"]);
});

it("takes no objects", () => {
  expect(() => fillIn("{var}", { var: { a: 1 } })).toThrow('The variable "var" takes');
});
