import { useEffect, useEffectEvent, useState } from "react";
import { toast } from "sonner";
import { droppedFiles, MOST_FILES, type TakenFiles } from "./dropped-files.ts";
import type { NewFile } from "./upload-queue.ts";

const TYPES = ["dragenter", "dragover", "dragleave", "drop"] as const;

interface DropPlaceProps {
  /** What dropping does, shown while files are above the page. */
  text: string;
  /** Undefined: nothing may be dropped. */
  onFiles: ((files: readonly NewFile[]) => void) | undefined;
}

/**
 * Takes files and folders that are dropped anywhere on the page: beside a smaller place the browser would leave the page to show the file. One at a time
 * is on a page.
 */
export function DropPlace({ text, onFiles }: DropPlaceProps) {
  const [isOver, setOver] = useState(false);
  const take = useEffectEvent((event: DragEvent) => {
    const { dataTransfer } = event;
    if (event.defaultPrevented || !dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (onFiles === undefined) dataTransfer.dropEffect = "none";
    else if (event.type === "dragleave") setOver(event.relatedTarget !== null);
    else if (event.type !== "drop") setOver(true);
    else {
      setOver(false);
      droppedFiles(dataTransfer).then(
        (taken) => onFiles(told(taken)),
        () => toast.error("What was dropped could not be read", { description: "Choose the files or the folder with “Add documents”." }),
      );
    }
  });
  useEffect(() => {
    const listen = (event: DragEvent) => take(event);
    for (const type of TYPES) window.addEventListener(type, listen);
    return () => {
      for (const type of TYPES) window.removeEventListener(type, listen);
    };
  }, []);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none fixed inset-0 z-50 flex items-center justify-center bg-accent-soft/80 outline-2 outline-accent -outline-offset-4">
      <p className="rounded-md bg-overlay px-4 py-2 font-medium text-sm shadow-overlay">{text}</p>
    </div>
  );
}

/** The files, once it is said where they are none or not all. */
export function told({ files, isCut }: TakenFiles): readonly NewFile[] {
  if (files.length === 0) toast.info("There are no files in it", { description: "Hidden files and folders are left out." });
  if (isCut) toast.warning(`Only the first ${MOST_FILES.toLocaleString("en")} files are taken`, { description: "Add the rest folder by folder." });
  return files;
}
