import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { hashJson } from "#runtime/graph/hash.ts";
import type { RemoteMcpSettings } from "../contract/mcp-settings.ts";
import type { CredentialUse } from "../credentials/use-credential.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import type { OAuthAccess } from "../mcp/oauth/oauth-access.ts";

interface RemoteConnection {
  id: string;
  workspace: string;
  name: string;
  settings: RemoteMcpSettings;
}

/** How requests reach the server of a remote connection: past the guard, with what proves who asks. */
export interface RemoteAccess {
  fetchFor(connection: RemoteConnection): FetchLike;
  /** What its server gets to see, and its answers may hold. */
  secretsOf(connection: RemoteConnection): Promise<string[]>;
  /** Another text when other answers may come because somebody else asks. */
  stateOf(connection: RemoteConnection): Promise<string>;
  /** Another text when somebody else asks: another version of a credential, another authorization. A token that is renewed is the same. */
  bindingOf(connection: RemoteConnection): Promise<string>;
}

export interface RemoteAccessGiven {
  egress: Pick<EgressClient, "fetch">;
  credentials: Pick<CredentialUse, "fetchFor" | "secretsOf" | "stateOf">;
  oauth: OAuthAccess;
}

export function createRemoteAccess({ egress, credentials, oauth }: RemoteAccessGiven): RemoteAccess {
  const open: Way = { fetch: () => egress.fetch, secrets: async () => [], state: async () => "", binding: async () => "" };
  const wayOf = (connection: RemoteConnection): Way => {
    const { workspace, settings } = connection;
    switch (settings.auth.type) {
      case "none":
        return open;
      case "credential": {
        const place = { workspace, credential: settings.auth.credential };
        const state = () => credentials.stateOf(place);
        return { fetch: () => credentials.fetchFor(place), secrets: () => credentials.secretsOf(place), state, binding: state };
      }
      case "oauth":
        return {
          fetch: () => oauth.fetchFor(connection),
          secrets: () => oauth.secretsOf(connection),
          // a person may have authorized another account of theirs
          state: async () => hashJson(await oauth.secretsOf(connection)),
          binding: () => oauth.grantOf(connection),
        };
    }
  };
  return {
    fetchFor: (connection) => wayOf(connection).fetch(),
    secretsOf: async (connection) => wayOf(connection).secrets(),
    stateOf: async (connection) => wayOf(connection).state(),
    bindingOf: async (connection) => wayOf(connection).binding(),
  };
}

/** What one kind of authorization gives. */
interface Way {
  fetch(): FetchLike;
  secrets(): Promise<string[]>;
  state(): Promise<string>;
  binding(): Promise<string>;
}
