import { Brush, Eraser, Redo2, Undo2 } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, type RefObject, useContext, useEffect, useRef, useState } from "react";
import type { FileValue } from "#runtime/node/port-value.ts";
import { errorText } from "../api/api-problem.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { loadFile, storeFile } from "../files/stored-files.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { createPen } from "./mask-pen.ts";
import { addStroke, type Extent, maskPixels, NO_STROKES, paintStroke, redoStroke, type Stroke, undoStroke } from "./mask-strokes.ts";

/** A picture beyond this is not painted on: browsers give up on larger surfaces. */
const MOST_POINTS = 64_000_000;
const COLOUR = "rgb(239 68 68)";
const SIZES = { least: 2, most: 400 };

interface MaskDialogProps {
  image: FileValue;
  mask: FileValue | undefined;
  onPainted(mask: FileValue): void;
  onClose(): void;
}

/** Paints a mask on a picture, with pointer or keyboard, and keeps it as a picture of the same size. */
export function MaskDialog({ image, mask, onPainted, onClose }: MaskDialogProps) {
  const workspace = useContext(Elsewhere);
  const { loaded, problem } = useLoaded(image, mask);
  const [strokes, setStrokes] = useState(NO_STROKES);
  const [tool, setTool] = useState<Stroke["tool"]>("brush");
  const [size, setSize] = useState(40);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const [isKeeping, setKeeping] = useState(false);
  const surface = useRef<HTMLCanvasElement>(null);
  const keep = async () => {
    if (!surface.current || !loaded) return;
    setKeeping(true);
    try {
      const file = await fileOf(surface.current, `mask of ${image.name}`);
      onPainted(await storeFile(file, { workspace, signal: AbortSignal.timeout(120_000), onSent: () => undefined }));
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setKeeping(false);
    }
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Paint a mask"
      description="What you paint red is what the workflow works on. Arrow keys move the brush, Space paints, also along the way while it is held, [ and ] change its size."
      onKeyDown={(event) => {
        if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
        event.preventDefault();
        event.stopPropagation();
        setStrokes(event.shiftKey ? redoStroke : undoStroke);
      }}
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" busy={isKeeping} disabled={!loaded} onClick={() => void keep()}>
            Keep the mask
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <div role="toolbar" aria-label="Brush" className="flex flex-wrap items-center gap-1.5">
          <IconButton label="Brush" icon={<Brush size={15} />} active={tool === "brush"} aria-pressed={tool === "brush"} onClick={() => setTool("brush")} />
          <IconButton
            label="Eraser"
            icon={<Eraser size={15} />}
            active={tool === "eraser"}
            aria-pressed={tool === "eraser"}
            onClick={() => setTool("eraser")}
          />
          <IconButton label="Undo" keys="Ctrl+Z" icon={<Undo2 size={15} />} disabled={strokes.done.length === 0} onClick={() => setStrokes(undoStroke)} />
          <IconButton
            label="Redo"
            keys="Ctrl+Shift+Z"
            icon={<Redo2 size={15} />}
            disabled={strokes.undone.length === 0}
            onClick={() => setStrokes(redoStroke)}
          />
          <label className="ml-2 flex items-center gap-2 text-ink-muted text-xs">
            Size
            <input
              type="range"
              min={SIZES.least}
              max={SIZES.most}
              value={size}
              onChange={(event) => setSize(Number(event.target.value))}
              className="w-32 accent-(--accent-fill)"
            />
            <span className="w-8 tabular-nums">{size}</span>
          </label>
        </div>
        {loaded ? (
          <Painting
            loaded={loaded}
            strokes={strokes.done}
            surface={surface}
            {...{ tool, size }}
            onSize={(next) => setSize(Math.min(SIZES.most, Math.max(SIZES.least, next)))}
            onStroke={(stroke) => setStrokes((before) => addStroke(before, stroke))}
          />
        ) : (
          problem === undefined && <Spinner className="m-8" size={20} label="Loading the picture" />
        )}
        <FormError text={problem ?? failure} />
      </div>
    </Dialog>
  );
}

interface Loaded extends Extent {
  url: string;
  /** What was painted before. */
  before: ImageBitmap | undefined;
}

function useLoaded(image: FileValue, mask: FileValue | undefined): { loaded?: Loaded; problem?: string } {
  const workspace = useContext(Elsewhere);
  const [state, setState] = useState<{ loaded?: Loaded; problem?: string }>({});
  useEffect(() => {
    const gone = new AbortController();
    let url: string | undefined;
    const load = async () => {
      const content = await loadFile(image, { workspace, signal: gone.signal });
      const bitmap = await createImageBitmap(content);
      const { width, height } = bitmap;
      bitmap.close();
      if (width * height > MOST_POINTS) throw new Error("This picture is too large to be painted on. Make it smaller first.");
      const before = mask && (await createImageBitmap(await loadFile(mask, { workspace, signal: gone.signal })));
      if (gone.signal.aborted) return;
      url = URL.createObjectURL(content);
      setState({ loaded: { url, width, height, before } });
    };
    load().catch((error: unknown) => gone.signal.aborted || setState({ problem: errorText(error) }));
    return () => {
      gone.abort();
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [image, mask, workspace]);
  return state;
}

interface PaintingProps {
  loaded: Loaded;
  strokes: readonly Stroke[];
  surface: RefObject<HTMLCanvasElement | null>;
  tool: Stroke["tool"];
  size: number;
  onSize(size: number): void;
  onStroke(stroke: Stroke): void;
}

function Painting({ loaded, strokes, surface, tool, size, onSize, onStroke }: PaintingProps) {
  const { width, height, url, before } = loaded;
  const [at, setAt] = useState({ x: width / 2, y: height / 2 });
  const [pen] = useState(createPen);
  const letGo = (holder: "pointer" | "key") => {
    const stroke = pen.up(holder);
    if (stroke) onStroke(stroke);
  };
  const show = (piece: Stroke | undefined) => {
    const context = surface.current?.getContext("2d");
    if (context && piece) paintStroke(context, piece, COLOUR);
  };
  useEffect(() => {
    const context = surface.current?.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, width, height);
    if (before) paintMask(context, before, { width, height });
    for (const stroke of strokes) paintStroke(context, stroke, COLOUR);
  }, [strokes, surface, before, width, height]);
  const pointOf = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLCanvasElement>) => {
    const box = currentTarget.getBoundingClientRect();
    return { x: ((clientX - box.left) / box.width) * width, y: ((clientY - box.top) / box.height) * height };
  };
  const onPointer = (event: PointerEvent<HTMLCanvasElement>) => {
    // a pointer that only lies there does not take the brush from the keys
    if (pen.holder() === "key") return;
    const point = pointOf(event);
    setAt(point);
    if (event.type === "pointerdown") {
      event.currentTarget.setPointerCapture(event.pointerId);
      show(pen.down("pointer", { tool, size, at: point }));
    } else show(pen.move("pointer", point));
  };
  const onPointerUp = () => letGo("pointer");
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? size : Math.max(1, size / 4);
    const moves: Readonly<Record<string, [number, number]>> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const move = moves[event.key];
    if (move) {
      const to = { x: Math.min(width, Math.max(0, at.x + move[0])), y: Math.min(height, Math.max(0, at.y + move[1])) };
      setAt(to);
      show(pen.move("key", to));
    } else if (event.key === " ") {
      // repeated while it is held
      if (!pen.holder()) show(pen.down("key", { tool, size, at }));
    } else if (event.key === "[" || event.key === "]") onSize(size + (event.key === "]" ? 8 : -8));
    else return;
    event.preventDefault();
  };
  return (
    <div className="relative mx-auto w-fit max-w-full overflow-hidden rounded-md border border-line">
      <img src={url} alt="" draggable={false} className="block max-h-[46vh] max-w-full" />
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes the arrow keys itself */}
      <canvas
        ref={surface}
        width={width}
        height={height}
        tabIndex={0}
        role="application"
        aria-label={`Mask: the ${tool} is at ${Math.round(at.x)}, ${Math.round(at.y)} of ${width} by ${height}`}
        className="absolute inset-0 size-full touch-none cursor-crosshair opacity-60"
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onKeyDown={onKeyDown}
        onKeyUp={({ key }) => key === " " && letGo("key")}
        onBlur={() => letGo("key")}
      />
      <span
        aria-hidden
        className="-translate-1/2 pointer-events-none absolute rounded-full border border-white outline outline-black/60"
        style={{ left: `${(at.x / width) * 100}%`, top: `${(at.y / height) * 100}%`, width: `${(size / width) * 100}%`, aspectRatio: "1" }}
      />
    </div>
  );
}

/** What was kept earlier, in the colour of the brush. */
function paintMask(context: CanvasRenderingContext2D, mask: ImageBitmap, { width, height }: Extent): void {
  context.fillStyle = COLOUR;
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = "destination-out";
  context.drawImage(mask, 0, 0, width, height);
  context.globalCompositeOperation = "source-over";
}

async function fileOf(surface: HTMLCanvasElement, name: string): Promise<File> {
  const { width, height } = surface;
  const painted = surface.getContext("2d")?.getImageData(0, 0, width, height);
  const kept = new OffscreenCanvas(width, height);
  const context = kept.getContext("2d");
  if (!painted || !context) throw new Error("This browser cannot paint. Try another one.");
  context.putImageData(new ImageData(maskPixels(painted.data), width, height), 0, 0);
  const content = await kept.convertToBlob({ type: "image/png" });
  return new File([content], `${name.replace(/\.[A-Za-z0-9]{1,5}$/, "")}.png`, { type: "image/png" });
}
