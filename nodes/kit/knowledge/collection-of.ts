import type { CollectionReference, ReferenceKey, References } from "#runtime/node/references.ts";

/** What a node that names a collection depends on. */
export function collectionKeys({ collection }: { collection?: string | undefined }): ReferenceKey[] {
  return collection === undefined ? [] : [`collection:${collection}`];
}

/** What is known of the collection; undefined before it was looked up, and where there is none. */
export function collectionOf({ collection }: { collection?: string | undefined }, references: References): CollectionReference | undefined {
  const found = collection === undefined ? undefined : references[`collection:${collection}`];
  return found?.kind === "collection" ? found : undefined;
}
