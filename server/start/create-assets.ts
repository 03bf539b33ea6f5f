import { type Assets, createAssets } from "../assets/assets.ts";
import { type Blobs, createDiskBlobs, type Files } from "../assets/blob-store.ts";
import { createMediaLibrary, type MediaLibrary } from "../assets/media-library.ts";
import { noteValues } from "../assets/noted-blobs.ts";
import { createS3Blobs } from "../assets/s3-blobs.ts";
import { createS3Client, type S3Place } from "../assets/s3-client.ts";
import { createThumbnails, type Thumbnails } from "../assets/thumbnails.ts";
import type { DataDirectory } from "../data-directory.ts";
import { dispatcherTo } from "../egress/dispatcher-to.ts";
import {
  type AssetReferences,
  draftReferences,
  knowledgeReferences,
  pinReferences,
  revisionReferences,
  runReferences,
  spokenReferences,
  workflowReferences,
} from "../store/asset-holders.ts";
import { type AssetRecords, createAssetRecords } from "../store/assets.ts";
import type { Database } from "../store/database/open-database.ts";

export interface FileParts {
  files: Files;
  records: AssetRecords;
  /** Where large values of runs go, beside the files. */
  blobs: Blobs;
  assets: Assets;
  thumbnails: Thumbnails;
  library: MediaLibrary;
}

export interface FilePartsGiven {
  database: Database;
  directory: Pick<DataDirectory, "path">;
  /** Undefined: everything is kept in the data directory. */
  s3?: S3Place | undefined;
}

/** Everything that can refer to a file. A room whose values may hold some adds its own here: what none of them names is removed a day later. */
function referencesOf(database: Database): AssetReferences[] {
  return [
    runReferences(database),
    draftReferences(database),
    pinReferences(database),
    revisionReferences(database),
    spokenReferences(database),
    workflowReferences(database),
    knowledgeReferences(database),
  ];
}

/** The files of all workspaces, and what is known of them. */
export function createFileParts({ database, directory, s3 }: FilePartsGiven): FileParts {
  const files = s3
    ? createS3Blobs({ client: createS3Client(s3, { dispatcher: dispatcherTo(s3.url) }), incoming: directory.path("incoming") })
    : createDiskBlobs(directory.path("blobs"));
  const records = createAssetRecords(database);
  const thumbnails = createThumbnails({ files, directory: directory.path("thumbnails") });
  return {
    ...{ files, records, thumbnails },
    blobs: noteValues(files, records),
    assets: createAssets({ files, records }),
    library: createMediaLibrary({ files, records, thumbnails, references: referencesOf(database) }),
  };
}
