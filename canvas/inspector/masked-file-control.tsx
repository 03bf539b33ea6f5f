import { Brush, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { type FileValue, fileValueSchema } from "#runtime/node/port-value.ts";
import { Button } from "../ui/button.tsx";
import { FileControl } from "./file-control.tsx";
import { type ControlProps, useForm } from "./form-context.ts";

const MaskDialog = lazy(async () => ({ default: (await import("../comfyui/mask-dialog.tsx")).MaskDialog }));

/** A picture, and a mask that is painted on it; with a mask the value is `{ image, mask }`. */
export function MaskedFileControl({ value, onChange, ...props }: ControlProps & { accept: string | undefined }) {
  const { readOnly } = useForm();
  const [isPainting, setPainting] = useState(false);
  const { image, mask } = partsOf(value);
  return (
    <div className="flex flex-col gap-1.5">
      <FileControl {...props} value={image as Json | undefined} onChange={onChange} />
      {image && (
        <div className="flex flex-wrap items-center gap-1.5">
          <Button size="small" icon={<Brush size={13} aria-hidden />} disabled={readOnly} onClick={() => setPainting(true)}>
            {mask ? "Change the mask" : "Paint a mask"}
          </Button>
          {mask && !readOnly && (
            <Button size="small" look="quiet" icon={<X size={13} aria-hidden />} onClick={() => onChange({ ...image })}>
              Remove the mask
            </Button>
          )}
          {mask && <span className="text-ink-muted text-xs">A mask is painted on it.</span>}
        </div>
      )}
      {isPainting && image && (
        <Suspense fallback={null}>
          <MaskDialog
            image={image}
            mask={mask}
            onClose={() => setPainting(false)}
            onPainted={(painted) => onChange({ image: { ...image }, mask: { ...painted } })}
          />
        </Suspense>
      )}
    </div>
  );
}

function partsOf(value: Json | undefined): { image?: FileValue; mask?: FileValue } {
  const plain = fileValueSchema.safeParse(value);
  if (plain.success) return { image: plain.data };
  const { image, mask } = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  const [picture, painted] = [fileValueSchema.safeParse(image), fileValueSchema.safeParse(mask)];
  return { ...(picture.success && { image: picture.data }), ...(picture.success && painted.success && { mask: painted.data }) };
}
