import { QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { graphIdSchema, nodeIdSchema } from "#runtime/graph/ids.ts";
import { emptyGraph } from "#runtime/graph/schema.ts";
import { type Hook, listHooks } from "#server/contract/hooks.ts";
import { createQueryClient, keyOf } from "../api/queries.ts";
import type { OpenDocument } from "../document/connect-document.ts";
import { type Editor, EditorContext } from "../document/editor-context.ts";
import { TooltipProvider } from "../ui/tooltip.tsx";
import { HookPanel } from "./hook-panel.tsx";

const graphId = graphIdSchema.parse("graph_a");
const node = { id: nodeIdSchema.parse("node_a"), type: "x", version: 1, label: "Hook", position: { x: 0, y: 0 }, config: {} };
const hook: Hook = {
  node: node.id,
  label: "Hook",
  url: "http://127.0.0.1:4400/hooks/token",
  testUrl: "http://127.0.0.1:4400/hooks/token/test",
  published: true,
  methods: ["PUT"],
  signed: false,
  listeningUntil: null,
  lastCall: null,
};

function draw(items: Hook[] | undefined, given: { isDraft?: boolean } = {}): string {
  const client = createQueryClient();
  if (items) client.setQueryData(keyOf(listHooks, { params: { id: graphId } }), { items });
  const graph = { current: () => emptyGraph(), subscribe: () => () => undefined };
  const document = given.isDraft === false ? undefined : ({} as OpenDocument);
  const editor: Editor = { graphId, graph, edits: undefined, undo: undefined, awareness: undefined, document };
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <TooltipProvider>
        <EditorContext value={editor}>
          <HookPanel node={node} />
        </EditorContext>
      </TooltipProvider>
    </QueryClientProvider>,
  );
}

it("shows the address, whether it is live, and how to listen for a test call", () => {
  const html = draw([hook]);
  for (const shown of [hook.url, "live", "Listen for a test call", "Replace the address"]) expect(html).toContain(shown);
  expect(html).not.toContain(hook.testUrl);
  expect(html).not.toContain("signing secret");
  expect(draw([{ ...hook, published: false }])).toContain("until a revision with this node is published");
});

it("shows the test address, a command and the time that is left while it listens", () => {
  const html = draw([{ ...hook, listeningUntil: new Date(Date.now() + 90_000).toISOString() }]);
  for (const shown of [hook.testUrl, "curl -X PUT", "Listening · 1:", "Stop listening"]) expect(html).toContain(shown);
  expect(html).not.toContain("Listen for a test call");
});

it("tells of the last call, and offers the secret of a node that wants signatures", () => {
  const html = draw([{ ...hook, signed: true, lastCall: { at: new Date().toISOString(), method: "PUT", test: false, status: 401 } }]);
  for (const shown of ["Last call", "PUT answered 401", "Show the signing secret"]) expect(html).toContain(shown);
});

it("shows nothing of a graph as it once was, and no other node's address", () => {
  expect(draw([hook], { isDraft: false })).toBe("");
  expect(draw([{ ...hook, node: nodeIdSchema.parse("node_b") }])).not.toContain(hook.url);
});
