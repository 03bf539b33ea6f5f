import { useMemo } from "react";
import type { Awareness } from "y-protocols/awareness";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useEditor } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import { isFollowedBy, useFollowing } from "./following.ts";
import type { Peer } from "./peer-store.ts";
import { peopleHere } from "./people-here.ts";
import { sendPresence } from "./send-presence.ts";

const NONE: Command[] = [];

/** Following somebody who is here, and asking everybody to follow, by name. */
export function usePresenceCommands(peers: readonly Peer[], self: string | undefined): void {
  const { awareness } = useEditor();
  useProvideCommands(
    useMemo((): Command[] => {
      const people = peopleHere(peers, self);
      if (!awareness || people.length === 0) return NONE;
      const follow = people.map(
        ({ key, name, isSelf, windows: [{ client }] }): Command => ({
          id: `follow-${key}`,
          title: `Follow ${isSelf ? "your other window" : name}`,
          group: "Together",
          keywords: ["view", "watch", "presence"],
          blocked: () => (isFollowedBy(peers, client, awareness.clientID) ? `${name} follows you.` : undefined),
          run: () => useFollowing.getState().follow(client),
        }),
      );
      return [
        ...follow,
        {
          id: "call-all",
          title: "Ask everybody to follow me",
          group: "Together",
          keywords: ["present", "spotlight", "lead"],
          run: () => callAll(awareness),
        },
      ];
    }, [peers, self, awareness]),
  );
}

let calls = 0;

/** Asks the others to follow this window. */
export function callAll(awareness: Awareness): void {
  useFollowing.getState().end();
  sendPresence(awareness, "calls", ++calls);
  announce("The others are asked to follow you.");
}
