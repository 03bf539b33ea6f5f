import { useReactFlow } from "@xyflow/react";
import { type ReactNode, useRef } from "react";
import type { FileValue } from "#runtime/node/port-value.ts";
import { useBoardActions } from "../board/board-actions.ts";
import { boardCentre } from "../board/board-centre.ts";
import { useEditor } from "../document/editor-context.ts";
import { FileReceiver } from "../files/file-receiver.tsx";
import { UploadList } from "../files/upload-list.tsx";
import { useUploads } from "../files/use-uploads.ts";
import { useMay } from "../session/use-may.ts";
import { definitionWithFile } from "./file-node.ts";

/** Pixels between the nodes of files that were dropped together. */
const STEP = 40;

/** Takes files that are dropped onto the board: each is stored, and becomes a node that holds it where it was dropped. */
export function BoardFiles({ children }: { children: ReactNode }) {
  const { edits } = useEditor();
  const { addNode } = useBoardActions();
  const { screenToFlowPosition } = useReactFlow();
  const mayStore = useMay("asset.write");
  const place = useRef<{ x: number; y: number } | undefined>(undefined);
  const uploads = useUploads((file: FileValue) => {
    const definition = definitionWithFile(file);
    if (!definition) return;
    const at = place.current ?? boardCentre(screenToFlowPosition);
    place.current = { x: at.x + STEP, y: at.y + STEP };
    addNode(definition, at);
  });
  return (
    <FileReceiver
      isOpen={edits !== undefined && mayStore}
      text="Drop the files to make a node of each"
      onFiles={(files, at) => {
        place.current = screenToFlowPosition(at);
        uploads.send(files);
      }}
    >
      {children}
      {uploads.items.length > 0 && (
        <div className="absolute right-3 bottom-3 z-20 w-80 max-w-[calc(100%-1.5rem)]">
          <UploadList uploads={uploads} />
        </div>
      )}
    </FileReceiver>
  );
}
