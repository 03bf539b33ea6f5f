import type { NewSecret, SecretKey } from "../store/secrets.ts";
import type { Sealed, SecretPlace } from "./envelope.ts";

export function placeOf({ workspaceId, ownerId, name, version }: SecretKey): SecretPlace {
  return { workspace: workspaceId, owner: ownerId, name, version };
}

export function rowOf({ workspace, owner, name, version }: SecretPlace, sealed: Sealed): NewSecret {
  return { workspaceId: workspace, ownerId: owner, name, version, ...sealed };
}
