import { type Assets, createAssets } from "../assets/assets.ts";
import { type Blobs, createDiskBlobs, type Files } from "../assets/blob-store.ts";
import { createMediaLibrary, type MediaLibrary } from "../assets/media-library.ts";
import { noteValues } from "../assets/noted-blobs.ts";
import { createS3Blobs, tryStorage } from "../assets/s3-blobs.ts";
import { createS3Client, type S3Place, StorageError } from "../assets/s3-client.ts";
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
import { StartError } from "./start-error.ts";

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

/** The files of all workspaces, and what is known of them. Throws `StartError` where the storage does not take and give files. */
export async function openFileParts({ database, directory, s3 }: FilePartsGiven): Promise<FileParts> {
  const files = s3 ? await openS3(s3, directory.path("incoming")) : createDiskBlobs(directory.path("blobs"));
  const records = createAssetRecords(database);
  const thumbnails = createThumbnails({ files, directory: directory.path("thumbnails") });
  return {
    ...{ files, records, thumbnails },
    blobs: noteValues(files, records),
    assets: createAssets({ files, records }),
    library: createMediaLibrary({ files, records, thumbnails, references: referencesOf(database) }),
  };
}

async function openS3(place: S3Place, incoming: string): Promise<Files> {
  const client = createS3Client(place, { dispatcher: dispatcherTo(place.url) });
  await tryStorage(client).catch((cause: unknown) => {
    if (!(cause instanceof StorageError)) throw cause;
    throw new StartError(cause.message, "Files would be lost there, so nothing is started. Take HEDDLE_S3_URL out to keep them in the data directory.", {
      cause,
    });
  });
  return createS3Blobs({ client, incoming });
}
