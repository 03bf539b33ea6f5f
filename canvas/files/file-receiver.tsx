import { type DragEvent, type ReactNode, useState } from "react";

export interface FileReceiverProps {
  isOpen: boolean;
  /** What dropping does, shown while files are above it. */
  text: string;
  onFiles(files: File[], at: { x: number; y: number }): void;
  children?: ReactNode;
}

/** Takes files that are dragged in from the desktop, wherever in it they are dropped. */
export function FileReceiver({ isOpen, text, onFiles, children }: FileReceiverProps) {
  // entering a child comes before leaving its parent
  const [depth, setDepth] = useState(0);
  const isFiles = (event: DragEvent) => isOpen && event.dataTransfer.types.includes("Files");
  const isOver = depth > 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a button beside it does the same for the keyboard
    <div
      className="relative size-full"
      onDragEnter={(event) => {
        if (isFiles(event)) setDepth(depth + 1);
      }}
      onDragLeave={(event) => {
        if (isFiles(event)) setDepth(Math.max(0, depth - 1));
      }}
      onDragOver={(event) => {
        if (!isFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDrop={(event) => {
        if (!isFiles(event)) return;
        event.preventDefault();
        setDepth(0);
        onFiles([...event.dataTransfer.files], { x: event.clientX, y: event.clientY });
      }}
    >
      {children}
      {isOver && (
        <div className="pointer-events-none absolute inset-0 z-20 flex items-center justify-center rounded-lg bg-accent-soft outline-2 outline-accent -outline-offset-4">
          <p className="rounded-md bg-overlay px-4 py-2 font-medium text-sm shadow-overlay">{text}</p>
        </div>
      )}
    </div>
  );
}
