import { type ComponentType, lazy, useState } from "react";
import { createBrowserRouter } from "react-router";
import { EntryShell } from "../entry/entry-shell.tsx";
import { ErrorPage } from "./error-page.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { Shell } from "./shell.tsx";

interface Part {
  Awaited: ComponentType;
  Loaded?: ComponentType;
}

let pages = 0;

/** With `isAhead` it is loaded at once. */
function page(load: () => Promise<ComponentType>, isAhead = false) {
  const loaded = async () => {
    part.Loaded = await load();
    return { default: part.Loaded };
  };
  const part: Part = { Awaited: lazy(loaded) };
  if (isAhead) loaded().catch(() => undefined);
  return <LoadedPage key={pages++} part={part} />;
}

/** What is there already is drawn at once: what React has to wait for, however shortly, it shows 300 ms after the page was drawn without it. */
function LoadedPage({ part }: { part: Part }) {
  const [Shown] = useState(() => part.Loaded ?? part.Awaited);
  return <Shown />;
}

// whoever opens a graph's address needs the editor: it comes while the session is asked for
const editor = page(async () => (await import("./editor-page.tsx")).EditorPage, location.pathname.startsWith("/graphs/"));

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
      { path: "/forms/:token", element: page(async () => (await import("../forms/form-page.tsx")).FormPage) },
      { path: "/submissions/:token", element: page(async () => (await import("../forms/submission-page.tsx")).SubmissionPage) },
      { path: "/welcome", element: page(async () => (await import("../entry/welcome-page.tsx")).WelcomePage) },
      { path: "/team", element: page(async () => (await import("../entry/team-page.tsx")).TeamPage) },
    ],
  },
  {
    element: <Shell />,
    errorElement: <ErrorPage />,
    children: [
      { path: "/", element: page(async () => (await import("../pages/graphs-page.tsx")).GraphsPage) },
      { path: "/agents", element: page(async () => (await import("../agents/agents-page.tsx")).AgentsPage) },
      { path: "/agents/:id", element: page(async () => (await import("../agents/agent-page.tsx")).AgentPage) },
      { path: "/runs", element: page(async () => (await import("../pages/runs-page.tsx")).RunsPage) },
      { path: "/approvals/:id?", element: page(async () => (await import("../pages/approvals-page.tsx")).ApprovalsPage) },
      { path: "/inbox", element: page(async () => (await import("../inbox/inbox-page.tsx")).InboxPage) },
      { path: "/media", element: page(async () => (await import("../media/media-page.tsx")).MediaPage) },
      { path: "/comfyui", element: page(async () => (await import("../comfyui/comfyui-page.tsx")).ComfyuiPage) },
      { path: "/comfyui/:id", element: page(async () => (await import("../comfyui/workflow-page.tsx")).WorkflowPage) },
      { path: "/connections", element: page(async () => (await import("../pages/connections-page.tsx")).ConnectionsPage) },
      { path: "/knowledge", element: page(async () => (await import("../knowledge/knowledge-page.tsx")).KnowledgePage) },
      { path: "/knowledge/:id", element: page(async () => (await import("../knowledge/collection-page.tsx")).CollectionPage) },
      { path: "/knowledge/documents/:document", element: page(async () => (await import("../knowledge/document-page.tsx")).DocumentPage) },
      { path: "/tools", element: page(async () => (await import("../tools/tools-page.tsx")).ToolsPage) },
      { path: "/variables", element: page(async () => (await import("../pages/variables-page.tsx")).VariablesPage) },
      { path: "/credentials", element: page(async () => (await import("../credentials/credentials-page.tsx")).CredentialsPage) },
      { path: "/people", element: page(async () => (await import("../people/people-page.tsx")).PeoplePage) },
      { path: "/tokens", element: page(async () => (await import("../tokens/tokens-page.tsx")).TokensPage) },
      { path: "/audit", element: page(async () => (await import("../audit/audit-page.tsx")).AuditPage) },
      { path: "/settings", element: page(async () => (await import("../settings/settings-page.tsx")).SettingsPage) },
      { path: "/profile", element: page(async () => (await import("../profile/profile-page.tsx")).ProfilePage) },
      { path: "/graphs/:id", element: editor },
      { path: "/graphs/:id/chat", element: page(async () => (await import("../chat/chat-page.tsx")).ChatPage) },
      { path: "/graphs/:id/runs/:run", element: editor },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);
