import { useMemo, useRef } from "react";
import { readSubmissionFile, storeFormFile } from "#server/contract/forms.ts";
import { routeUrl } from "../api/client.ts";
import type { FileSource } from "../files/file-source.ts";
import { fetchFile, sendableName, sendFile } from "../files/stored-files.ts";

/** Files that go to a form; `proofs` go along when it is submitted. */
export function useFormFiles(form: string): { source: FileSource; proofs(): string[] } {
  const sent = useRef(new Map<string, { content: File; proof: string }>());
  return useMemo(
    () => ({
      source: {
        store: async (content, given) => {
          const url = routeUrl(storeFormFile.path, { form }, { name: sendableName(content.name) });
          const { file, proof } = await sendFile(storeFormFile, content, { ...given, url });
          sent.current.set(file.$asset, { content, proof });
          return file;
        },
        // what was sent is still here, and nothing can be read back by a form
        load: async ({ $asset, name }) => sent.current.get($asset)?.content ?? new File([], name),
      },
      proofs: () => [...sent.current.values()].map(({ proof }) => proof),
    }),
    [form],
  );
}

/** Files in the output of a submission. */
export function submissionFiles(submission: string): FileSource {
  return {
    store: () => Promise.reject(new Error("Nothing is sent to a submission.")),
    load: ({ $asset, name, mediaType }, signal) =>
      fetchFile(routeUrl(readSubmissionFile.path, { submission, hash: $asset }, { name: sendableName(name) }), { signal, mediaType }),
  };
}
