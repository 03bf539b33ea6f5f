import { type AuditLog, createAuditLog } from "../audit/audit-log.ts";
import { type Access, type AccessFacts, createAccess } from "../auth/access.ts";
import { type AccessChanges, createAccessChanges } from "../auth/access-changes.ts";
import { createAccessFacts } from "../auth/access-facts.ts";
import type { AccessRules } from "../auth/access-rules.ts";
import { type Accounts, createAccounts } from "../auth/accounts/accounts.ts";
import { type Authenticate, cookieNameFor, cookiePortOf, createAuthenticate } from "../auth/authenticate.ts";
import { type CallerAddress, createCallerAddress } from "../auth/caller-address.ts";
import { createGuestOf, guestCookieNameFor } from "../auth/guests.ts";
import { createMode, type Modes } from "../auth/mode.ts";
import { createSessions, type Sessions } from "../auth/sessions.ts";
import { openTokenFile } from "../auth/token-file.ts";
import { createTokens, type Tokens } from "../auth/tokens.ts";
import type { Config } from "../config.ts";
import type { DataDirectory } from "../data-directory.ts";
import type { Logger } from "../logger.ts";
import { createMail, type Mail } from "../mail/mail.ts";
import { createInvitations, type Invitations } from "../people/invitations.ts";
import { createMembers, type Members } from "../people/members.ts";
import { createShareProof, type ShareProof } from "../people/share-proof.ts";
import { createShares, type Shares } from "../people/shares.ts";
import { createWorkspaces, type Workspaces } from "../people/workspaces.ts";
import { createAccessVersionStore } from "../store/access-version.ts";
import { createAuditStore } from "../store/audit.ts";
import type { Database } from "../store/database/open-database.ts";
import { createDocumentStore } from "../store/documents.ts";
import type { InstallationStore } from "../store/installation.ts";
import { createInvitationStore } from "../store/invitations.ts";
import { createMemberStore } from "../store/members.ts";
import { createPeopleStore } from "../store/people.ts";
import { createPlaceStore } from "../store/places.ts";
import { createShareStore } from "../store/shares.ts";
import { createStandingStore } from "../store/standings.ts";
import { createTokenStore } from "../store/tokens.ts";
import { createWorkspaceStore } from "../store/workspaces.ts";
import type { Vault } from "../vault/vault.ts";
import type { Closers } from "./closers.ts";

export interface PeopleGiven {
  config: Config;
  logger: Logger;
  closers: Closers;
  directory: DataDirectory;
  database: Database;
  installation: InstallationStore;
  vault: Vault;
  rules: AccessRules;
  /** Where this process listens: never reachable by what it calls itself. */
  listener: { host: string; port: number };
  /** Where browsers reach Heddle. */
  url: string;
}

/** Who calls, what they may do, and how people come and go. */
export interface People {
  modes: Modes;
  access: Access;
  facts: AccessFacts;
  changes: AccessChanges;
  authenticate: Authenticate;
  callerAddress: CallerAddress;
  audit: AuditLog;
  accounts: Accounts;
  /** Of single-user mode. */
  sessions: Sessions;
  cookieName: string;
  tokens: Tokens;
  workspaces: Workspaces;
  members: Members;
  invitations: Invitations;
  shares: Shares;
  guests: { proof: ShareProof; cookieName: string; callerAddress: CallerAddress };
  mail: Mail;
}

export async function createPeople(given: PeopleGiven): Promise<People> {
  const { config, logger, closers, database, installation, vault, rules, listener, url } = given;
  const modes = closers.add(await createMode({ config, installation, logger }), (thing) => thing.close());
  const { mode } = modes;
  const changes = closers.add(createAccessChanges({ version: createAccessVersionStore(database), isOn: () => mode() === "team" }), (thing) => thing.close());
  const facts = createAccessFacts({ stores: { places: createPlaceStore(database), standings: createStandingStore(database) }, changes, mode });
  const callerAddress = createCallerAddress(config);
  const audit = createAuditLog({ store: createAuditStore(database, vault.derive("audit log")), callerAddress, logger });
  const mail = closers.add(createMail({ smtpUrl: config.smtpUrl, from: config.mailFrom, logger }), (thing) => thing.close());
  const cookiePort = cookiePortOf(config.publicUrl, listener.port);
  const cookieName = cookieNameFor(cookiePort);
  const accounts = closers.add(
    createAccounts({
      ...{ database, url, cookieName, isSecure: rules.isSecure, mail, callerAddress, audit, logger },
      signingKey: async () => vault.derive("session cookies").toString("base64url"),
      accessChanged: changes.changed,
      oidc: config.oidc,
      egress: { allow: config.egressAllow, ownListeners: () => [listener] },
    }),
    (thing) => thing.close(),
  );
  const tokens = createTokens({
    ...{ store: createTokenStore(database), changes, facts, installation },
    onError: (error) => logger.warn({ error }, "When a token was used could not be noted."),
  });
  const endSingleUser = () => tokens.endSingleUser();
  modes.onTeam(() => void endSingleUser().catch((error: unknown) => logger.error({ error }, "API tokens of single-user mode could not be revoked.")));
  if (mode() === "team") await endSingleUser();
  const proof = createShareProof(vault.derive("share links"));
  const guestCookie = guestCookieNameFor(cookiePort);
  const sessions = createSessions(installation);
  const people = createPeopleStore(database);
  const workspaceStore = createWorkspaceStore(database);
  return {
    ...{ modes, facts, changes, callerAddress, audit, accounts, sessions, cookieName, tokens, mail },
    access: createAccess(facts),
    authenticate: createAuthenticate({
      ...{ mode, token: await openTokenFile(given.directory.path("token")), sessions, rules, cookieName },
      userOf: accounts.userOf,
      guestOf: createGuestOf({ proof, cookieName: guestCookie }),
      tokenOf: tokens.tokenOf,
    }),
    workspaces: createWorkspaces({ store: workspaceStore, changes, facts }),
    members: createMembers({ store: createMemberStore(database), people, workspaces: workspaceStore, changes }),
    invitations: createInvitations({
      ...{ store: createInvitationStore(database), people, changes, origin: url, mode },
      workspaceName: async (id) => (await workspaceStore.read(id))?.name ?? id,
      mail: { send: async (letter) => (await mail.send(letter)).sent },
    }),
    shares: createShares({ ...{ store: createShareStore(database), graphs: createDocumentStore(database), people, changes, facts, proof, mode }, origin: url }),
    guests: { proof, cookieName: guestCookie, callerAddress },
  };
}
