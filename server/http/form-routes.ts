import { ApiError } from "../api-error.ts";
import type { Assets } from "../assets/assets.ts";
import type { Access } from "../auth/access.ts";
import { type CallerAddress, limitKey } from "../auth/caller-address.ts";
import * as contract from "../contract/forms.ts";
import { createFormLimits } from "../forms/form-limits.ts";
import type { Forms } from "../forms/forms.ts";
import { createOpenFiles } from "../forms/open-files.ts";
import { accountOf, type FormCaller, type Submissions } from "../forms/submissions.ts";
import { fileHashes } from "../store/referred-hashes.ts";
import { drain, piecesOf, sendFile } from "./asset-routes.ts";
import { type Handling, handle, type RawCall } from "./handle.ts";

export interface FormRoutesGiven {
  forms: Forms;
  submissions: Submissions;
  assets: Pick<Assets, "store" | "look" | "open">;
  access: Access;
  callerAddress: CallerAddress;
}

export function formRoutes(given: FormRoutesGiven): Handling[] {
  return [...memberRoutes(given), ...publicRoutes(given)];
}

function memberRoutes({ forms }: FormRoutesGiven): Handling[] {
  return [
    handle(contract.readForm, ({ params, workspace }) => forms.of({ workspace, graph: params.id })),
    handle(contract.setForm, ({ params, workspace, body, actor }) => forms.set({ workspace, graph: params.id }, { settings: body, actor: actor.id }), {
      audit: ({ params, body: { isOpen, audience, title } }) => ({
        action: "form.set",
        resource: { kind: "graph", id: params.id, name: title },
        detail: { isOpen, audience },
      }),
    }),
    handle(contract.renewForm, ({ params, workspace }) => forms.renew({ workspace, graph: params.id }), {
      audit: ({ params }, { form }) => ({ action: "form.renewed", resource: { kind: "graph", id: params.id, name: form?.title ?? params.id } }),
    }),
    handle(contract.listSubmissions, ({ params, workspace, query }) => forms.submissions({ workspace, graph: params.id }, query)),
  ];
}

function publicRoutes({ submissions, assets, access, callerAddress }: FormRoutesGiven): Handling[] {
  const limits = createFormLimits(callerAddress);
  const openFiles = createOpenFiles();
  const callerOf = ({ actor }: Pick<RawCall, "actor">): FormCaller => ({
    actor,
    mayUse: async (graph) => (await access.judge(actor, { action: "form.use", id: graph })).verdict.allowed,
  });
  return [
    handle(contract.openForm, async ({ params, ...call }) => {
      await limits.take("look", call.exchange.request);
      return submissions.open(params.form, callerOf(call));
    }),
    handle(contract.storeFormFile, async ({ params, query: { name }, actor, exchange: { request } }) => {
      try {
        await limits.take("file", request);
        const { workspace, prove } = await submissions.placeForFile(params.form, callerOf({ actor }));
        const declared = request.headers["content-type"] ?? "";
        const still = () =>
          submissions.placeForFile(params.form, callerOf({ actor })).then(
            () => true,
            () => false,
          );
        const place = { form: params.form, sender: accountOf(actor) ?? limitKey(callerAddress(request)) };
        const upload = { workspace, actor, sender: accountOf(actor) ?? `${place.form}/${place.sender}`, name, declared, isKept: false, still };
        const file = await openFiles.take(place, atMost(piecesOf(request)), (content) => assets.store({ ...upload, content }));
        return { file, proof: prove(file.$asset) };
      } catch (error) {
        drain(request);
        throw error;
      }
    }),
    handle(contract.submitForm, async ({ params, body, ...call }) => {
      await limits.take("submit", call.exchange.request);
      const submission = await submissions.submit(params.form, body, callerOf(call));
      openFiles.submitted(params.form, fileHashes(body.input));
      return { submission };
    }),
    handle(contract.readSubmission, async ({ params, ...call }) => {
      const known = submissions.idOf(params.submission);
      await (known === undefined ? limits.take("look", call.exchange.request) : limits.watch(known));
      return submissions.read(params.submission, callerOf(call));
    }),
    handle(contract.readSubmissionFile, async ({ params: { submission, hash }, query: { name }, ...call }) => {
      await limits.take("look", call.exchange.request);
      const { workspace } = await submissions.placeOfFile(submission, hash, callerOf(call));
      const place = { workspace, hash };
      await sendFile({ ...(await assets.look(place)), hash, name, open: (range) => assets.open(place, range) }, call.exchange);
      return undefined;
    }),
  ];
}

/** Whoever sends it may be anybody, and is given less room than people of the workspace. */
async function* atMost(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.byteLength;
    if (bytes > contract.FORM_FILE_BYTES)
      throw new ApiError("too-large", `A file in a form may have at most ${contract.FORM_FILE_BYTES / 1024 / 1024} MiB. Choose a smaller one.`);
    yield piece;
  }
}
