import { QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { MemoryRouter } from "react-router";
import { expect, it } from "vitest";
import { listVariables, type Variable } from "#server/contract/variables.ts";
import { createQueryClient } from "../api/queries.ts";
import { TooltipProvider } from "../ui/tooltip.tsx";
import { VariablesPage } from "./variables-page.tsx";

const counter: Variable = {
  name: "orders.count",
  value: { total: 3, last: "x".repeat(400) },
  description: "Orders so far",
  updatedAt: "2026-01-01T00:00:00.000Z",
  updatedBy: "local",
};

function draw(page?: { items: Variable[]; nextCursor?: string }): string {
  const client = createQueryClient();
  if (page) client.setQueryData([listVariables.id, "pages", {}], { pages: [page], pageParams: [undefined] });
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <TooltipProvider>
        <MemoryRouter>
          <VariablesPage />
        </MemoryRouter>
      </TooltipProvider>
    </QueryClientProvider>,
  );
}

it("lists variables, each with a button that opens it and a value cut to a line", () => {
  const html = draw({ items: [counter], nextCursor: "orders.count" });
  expect(html).toMatch(/<button[^>]*>orders\.count<\/button>/);
  expect(html).toContain("Orders so far");
  expect(html).toContain("{&quot;total&quot;:3,&quot;last&quot;:&quot;xx");
  expect(html).not.toContain("x".repeat(300));
  expect(html).toContain("Actions for orders.count");
  expect(html).toContain("More variables");
});

it("says what variables are good for where there are none, and that it is loading", () => {
  expect(draw({ items: [] })).toContain("No variables yet");
  expect(draw({ items: [] })).not.toContain("More variables");
  expect(draw()).toContain("Loading variables");
});
