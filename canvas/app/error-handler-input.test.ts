import { expect, test } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import { compile } from "#runtime/plan/compile.ts";
import { pasteFragment, readFragment } from "../board/fragment.ts";
import { ERROR_HANDLER_INPUT, errorHandlerStart } from "./error-handler-input.ts";

test("the start node that is copied hands on all that an error handler is given, and runs when there is no failed node", () => {
  const graph = errorHandlerStart();
  const pasted = graph && readFragment(JSON.stringify(graph));
  expect(pasted?.nodes).toHaveLength(1);
  const { plan, problems } = compile(
    pasted ?? { nodes: [] as never, edges: [], format: "heddle.graph/1", name: "", description: "", settings: {} },
    catalog,
    {},
  );
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const [start] = Object.values(plan?.nodes ?? {});
  expect(start?.role).toBe("entry");
  expect(Object.keys(start?.outputs ?? {})).toEqual(Object.keys(ERROR_HANDLER_INPUT));
  expect(pasted && pasteFragment(pasted, pasted, { at: { x: 40, y: 40 } }).nodes[0]?.label).toBe("What went wrong 2");
});
