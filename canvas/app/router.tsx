import { type ComponentType, lazy } from "react";
import { createBrowserRouter } from "react-router";
import { EntryShell } from "../entry/entry-shell.tsx";
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
    element: <EntryShell />,
    errorElement: <ErrorPage />,
    children: [
      { path: "/sign-in", element: page(async () => (await import("../entry/sign-in-page.tsx")).SignInPage) },
      { path: "/owner/:token", element: page(async () => (await import("../entry/owner-page.tsx")).OwnerPage) },
      { path: "/invitation/:token", element: page(async () => (await import("../entry/invitation-page.tsx")).InvitationPage) },
      { path: "/forgotten", element: page(async () => (await import("../entry/forgotten-page.tsx")).ForgottenPage) },
      { path: "/reset/:token", element: page(async () => (await import("../entry/reset-page.tsx")).ResetPage) },
      { path: "/shared/:token", element: page(async () => (await import("../entry/shared-page.tsx")).SharedPage) },
      { path: "/welcome", element: page(async () => (await import("../entry/welcome-page.tsx")).WelcomePage) },
      { path: "/team", element: page(async () => (await import("../entry/team-page.tsx")).TeamPage) },
    ],
  },
  {
    element: <Shell />,
    errorElement: <ErrorPage />,
    children: [
      { path: "/", element: page(async () => (await import("../pages/graphs-page.tsx")).GraphsPage) },
      { path: "/runs", element: page(async () => (await import("../pages/runs-page.tsx")).RunsPage) },
      { path: "/approvals", element: page(async () => (await import("../pages/approvals-page.tsx")).ApprovalsPage) },
      { path: "/connections", element: page(async () => (await import("../pages/connections-page.tsx")).ConnectionsPage) },
      { path: "/variables", element: page(async () => (await import("../pages/variables-page.tsx")).VariablesPage) },
      { path: "/credentials", element: page(async () => (await import("../credentials/credentials-page.tsx")).CredentialsPage) },
      { path: "/people", element: page(async () => (await import("../people/people-page.tsx")).PeoplePage) },
      { path: "/tokens", element: page(async () => (await import("../tokens/tokens-page.tsx")).TokensPage) },
      { path: "/audit", element: page(async () => (await import("../audit/audit-page.tsx")).AuditPage) },
      { path: "/settings", element: page(async () => (await import("../settings/settings-page.tsx")).SettingsPage) },
      { path: "/profile", element: page(async () => (await import("../profile/profile-page.tsx")).ProfilePage) },
      { path: "/graphs/:id", element: editor },
      { path: "/graphs/:id/runs/:run", element: editor },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);
