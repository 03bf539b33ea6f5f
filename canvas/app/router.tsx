import { type ComponentType, lazy } from "react";
import { createBrowserRouter } from "react-router";
import { ErrorPage } from "./error-page.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { Shell } from "./shell.tsx";

function page(load: () => Promise<ComponentType>) {
  const Page = lazy(async () => ({ default: await load() }));
  return <Page />;
}

const editor = page(async () => (await import("./editor-page.tsx")).EditorPage);

export const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <ErrorPage />,
    children: [
      { path: "/", element: page(async () => (await import("../pages/graphs-page.tsx")).GraphsPage) },
      { path: "/runs", element: page(async () => (await import("../pages/runs-page.tsx")).RunsPage) },
      { path: "/approvals", element: page(async () => (await import("../pages/approvals-page.tsx")).ApprovalsPage) },
      { path: "/connections", element: page(async () => (await import("../pages/connections-page.tsx")).ConnectionsPage) },
      { path: "/variables", element: page(async () => (await import("../pages/variables-page.tsx")).VariablesPage) },
      { path: "/graphs/:id", element: editor },
      { path: "/graphs/:id/runs/:run", element: editor },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);
