import { toast } from "sonner";

const PAGE = "/";

/** A part of the page could not be loaded: where the server is there, it has a newer build, and the files of this one are gone. */
export function watchNewVersion(): void {
  addEventListener("vite:preloadError", () => void offerReload());
}

async function offerReload(): Promise<void> {
  const isThere = await fetch(PAGE, { method: "HEAD", cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isThere) return;
  toast.info("A new version of Heddle is here", {
    id: "new-version",
    description: "Reload the page to go on. Edits that are not saved yet are kept.",
    duration: Number.POSITIVE_INFINITY,
    action: { label: "Reload", onClick: () => location.reload() },
  });
}
