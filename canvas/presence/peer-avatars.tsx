import { useReactFlow } from "@xyflow/react";
import { ChevronDown, Eye, LocateFixed, Megaphone } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { useEditor, useGraph } from "../document/editor-context.ts";
import { useSession } from "../session/use-session.ts";
import { announce } from "../ui/announce.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { initials } from "../ui/initials.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { isFollowedBy, useFollowing } from "./following.ts";
import { usePeerStore, usePeers } from "./peers.ts";
import { type PersonHere, peopleHere, whereIs } from "./people-here.ts";
import { callAll, usePresenceCommands } from "./use-presence-commands.ts";

const SHOWN = 4;

/** Who else is here, and what they do. */
export function PeerAvatars() {
  const peers = usePeers();
  const session = useSession();
  const [isOpen, setOpen] = useState(false);
  const people = peopleHere(peers, session?.actor);
  usePresenceCommands(peers, session?.actor);
  if (people.length === 0) return null;
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Anchor className="flex items-center">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the button beside it does the same */}
        <ul aria-label="Also here" className="flex cursor-pointer -space-x-1.5" onClick={() => setOpen(true)}>
          {people.slice(0, SHOWN).map((person) => (
            <li key={person.key}>
              <Tooltip text={titleOf(person)} side="bottom">
                <span
                  role="img"
                  aria-label={titleOf(person)}
                  className={classes(
                    "relative flex size-6 items-center justify-center rounded-full border-2 border-surface font-semibold text-2xs text-black",
                    person.windows.every(({ viewing }) => viewing) && "opacity-75",
                  )}
                  style={{ background: person.colour }}
                >
                  {initials(person.name)}
                </span>
              </Tooltip>
            </li>
          ))}
          {people.length > SHOWN && (
            <li className="z-10 flex h-6 min-w-6 items-center justify-center rounded-full border-2 border-surface bg-raised px-1 text-2xs">
              +{people.length - SHOWN}
            </li>
          )}
        </ul>
        <Popover.Trigger asChild>
          <IconButton label="Who is here" size="small" icon={<ChevronDown size={13} />} />
        </Popover.Trigger>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Who is here"
          // on the whole: a button would show its tooltip over the others
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
          }}
          // the button that ends the following has the focus then
          onCloseAutoFocus={(event) => useFollowing.getState().client !== undefined && event.preventDefault()}
          className="z-50 w-80 animate-rise rounded-lg bg-overlay p-1 shadow-overlay focus:outline-none"
        >
          <ul className="max-h-[60vh] overflow-y-auto">
            {people.map((person) => (
              <PersonRow key={person.key} person={person} onDone={() => setOpen(false)} />
            ))}
          </ul>
          <CallAll onDone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function titleOf({ name, isSelf }: PersonHere): string {
  return isSelf ? `${name} (you, in another window)` : name;
}

function PersonRow({ person, onDone }: { person: PersonHere; onDone(): void }) {
  const { awareness } = useEditor();
  const graph = useGraph();
  const peers = usePeers();
  const store = usePeerStore();
  const flow = useReactFlow();
  const { client, follow, end } = useFollowing();
  const [peer] = person.windows;
  const isFollowed = person.windows.some((window) => window.client === client);
  const followsMe = awareness !== undefined && isFollowedBy(peers, peer.client, awareness.clientID);
  const where = person.windows.map((window) => whereIs(window, graph)).find((text) => text !== "") ?? "";
  const jump = () => {
    const at = person.windows.map((window) => store?.cursorOf(window.client)).find((cursor) => cursor !== undefined);
    if (!at) return announce(`The pointer of ${person.name} is not on the board.`);
    end();
    void flow.setCenter(at.x, at.y, {
      duration: 250,
      zoom: Math.max(0.5, flow.getZoom()),
    });
    onDone();
  };
  return (
    <li className="flex items-center gap-2 rounded-md px-2 py-1.5">
      <span
        aria-hidden
        className="flex size-6 shrink-0 items-center justify-center rounded-full font-semibold text-2xs text-black"
        style={{ background: person.colour }}
      >
        {initials(person.name)}
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <span className="truncate font-medium text-sm">{person.isSelf ? "You, in another window" : person.name}</span>
          {peer.viewing && <Badge>viewing</Badge>}
        </span>
        <span className="block truncate text-ink-faint text-xs">
          {[peer.role, followsMe ? "follows you" : where].filter(Boolean).join(" · ") || "looks around"}
        </span>
      </span>
      <IconButton label={`Go to the pointer of ${person.name}`} size="small" icon={<LocateFixed size={14} />} onClick={jump} />
      <Button
        size="small"
        icon={<Eye size={13} aria-hidden />}
        aria-pressed={isFollowed}
        disabled={followsMe}
        onClick={() => {
          if (isFollowed) end();
          else follow(peer.client);
          onDone();
        }}
      >
        {isFollowed ? "Stop" : "Follow"}
      </Button>
    </li>
  );
}

function CallAll({ onDone }: { onDone(): void }) {
  const { awareness } = useEditor();
  if (!awareness) return null;
  return (
    <div className="mt-1 border-line border-t p-1">
      <Button
        look="quiet"
        className="w-full justify-start!"
        icon={<Megaphone size={14} aria-hidden />}
        onClick={() => {
          callAll(awareness);
          onDone();
        }}
      >
        Ask everybody to follow me
      </Button>
    </div>
  );
}
