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
  return {
    fetchFor: (connection) => {
      const { workspace, settings } = connection;
      switch (settings.auth.type) {
        case "none":
          return egress.fetch;
        case "credential":
          return credentials.fetchFor({ workspace, credential: settings.auth.credential });
        case "oauth":
          return oauth.fetchFor(connection);
      }
    },
    stateOf: async (connection) => {
      const { workspace, settings } = connection;
      switch (settings.auth.type) {
        case "none":
          return "";
        case "credential":
          return credentials.stateOf({ workspace, credential: settings.auth.credential });
        case "oauth":
          // a person may have authorized another account of theirs
          return hashJson(await oauth.secretsOf(connection));
      }
    },
    bindingOf: async (connection) => {
      const { workspace, settings } = connection;
      switch (settings.auth.type) {
        case "none":
          return "";
        case "credential":
          return credentials.stateOf({ workspace, credential: settings.auth.credential });
        case "oauth":
          return oauth.grantOf(connection);
      }
    },
    secretsOf: async (connection) => {
      const { workspace, settings } = connection;
      switch (settings.auth.type) {
        case "none":
          return [];
        case "credential":
          return credentials.secretsOf({ workspace, credential: settings.auth.credential });
        case "oauth":
          return oauth.secretsOf(connection);
      }
    },
  };
}
