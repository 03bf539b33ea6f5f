import { Maximize2 } from "lucide-react";
import { useState } from "react";
import { Dialog } from "../ui/dialog.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { TextControl, type TextControlProps } from "./text-control.tsx";

/** The same text in a large window; written as it is typed, like the small one. */
export function LargeEditor({ title, ...control }: Omit<TextControlProps, "multiline" | "tall"> & { title: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton label="Edit in a large window" icon={<Maximize2 size={13} />} size="small" side="left" className="-my-1" onClick={() => setOpen(true)} />
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={title} wide>
        <TextControl {...control} multiline tall />
      </Dialog>
    </>
  );
}
