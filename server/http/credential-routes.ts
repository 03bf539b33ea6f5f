import type { AuditFact } from "../audit/audit-log.ts";
import * as contract from "../contract/credentials.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { type Exchange, type Handling, handle } from "./handle.ts";

export function credentialRoutes(credentials: Credentials): Handling[] {
  /** What it was called before it was destroyed. */
  const names = new WeakMap<Exchange, string>();
  return [
    handle(contract.listCredentials, ({ query, workspace }) => credentials.list({ ...query, workspace })),
    handle(contract.createCredential, ({ body, actor, workspace }) => credentials.create({ ...body, workspace, actor: actor.id }), {
      audit: (_call, made) => fact("credential.made", made, { kind: made.settings.kind, hosts: made.hosts }),
    }),
    handle(contract.readCredential, ({ params }) => credentials.read(params.id)),
    handle(contract.changeCredential, ({ params, body }) => credentials.change(params.id, body), {
      audit: ({ body }, changed) => fact("credential.changed", changed, { changed: Object.keys(body), hosts: changed.hosts, version: changed.version }),
    }),
    handle(contract.rotateCredential, ({ params, body }) => credentials.rotate(params.id, body.secret), {
      audit: (_call, rotated) => fact("credential.rotated", rotated, { version: rotated.version }),
    }),
    handle(
      contract.deleteCredential,
      async ({ params, query, exchange }) => {
        names.set(exchange, (await credentials.read(params.id)).name);
        await credentials.destroy(params.id, { anyway: query.anyway === "1" });
        return undefined;
      },
      { audit: ({ params, exchange }) => fact("credential.destroyed", { id: params.id, name: names.get(exchange) ?? params.id }, {}) },
    ),
    handle(
      contract.testCredential,
      async ({ params, body, signal, exchange }) => {
        names.set(exchange, (await credentials.read(params.id)).name);
        return credentials.test(params.id, { url: body.url, signal });
      },
      { audit: ({ params, exchange }, { ok, status }) => fact("credential.tested", { id: params.id, name: names.get(exchange) ?? params.id }, { ok, status }) },
    ),
    handle(contract.listCredentialUses, ({ params }) => credentials.uses(params.id)),
  ];
}

function fact(action: AuditFact["action"], { id, name }: { id: string; name: string }, detail: NonNullable<AuditFact["detail"]>): AuditFact {
  return { action, resource: { kind: "credential", id, name }, detail };
}
