import { type WorkspaceId, workspaceIdSchema } from "#runtime/graph/ids.ts";

const KEY = "heddle.workspace";

let chosen: WorkspaceId | undefined;
let isRead = false;

/** The workspace this page works in; the one last chosen in this browser until it knows better. Other open pages keep theirs. */
export function chosenWorkspace(): WorkspaceId | undefined {
  if (!isRead) {
    isRead = true;
    chosen = readStored();
  }
  return chosen;
}

/** Undefined: none, so that the server names the first one. */
export function chooseWorkspace(workspace: WorkspaceId | undefined): void {
  isRead = true;
  chosen = workspace;
  try {
    if (workspace) localStorage.setItem(KEY, workspace);
    else localStorage.removeItem(KEY);
  } catch {
    // storage may be switched off: then it holds until the page is closed
  }
}

function readStored(): WorkspaceId | undefined {
  try {
    return workspaceIdSchema.safeParse(localStorage.getItem(KEY)).data;
  } catch {
    return undefined;
  }
}
