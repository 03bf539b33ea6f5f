import { Maximize2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Dialog } from "../ui/dialog.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import type { ControlProps } from "./form-context.ts";
import type { FormField } from "./form-model.ts";

const LargeText = lazy(async () => ({ default: (await import("./large-text.tsx")).LargeText }));

/** The same text or JSON in a large window; written as it is typed, like the small one. */
export function LargeEditor({ field, ...control }: ControlProps & { field: FormField }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton label="Edit in a large window" icon={<Maximize2 size={13} />} size="small" side="left" className="-my-1" onClick={() => setOpen(true)} />
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={field.title} wide>
        <div className="flex h-[58vh] flex-col">
          <Suspense fallback={<Spinner className="m-auto" label="Loading the editor" />}>
            <LargeText field={field} {...control} />
          </Suspense>
        </div>
      </Dialog>
    </>
  );
}
