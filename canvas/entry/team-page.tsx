import { useLocation } from "react-router";
import { z } from "zod";
import { Address } from "../ui/address.tsx";
import { Button } from "../ui/button.tsx";
import { EntryCard } from "./entry-card.tsx";
import { TextLink } from "./text-link.tsx";

const stateSchema = z.object({ ownerUrl: z.url() });

/** After the switch to team mode: the link that makes the first account, which this browser needs from now on. */
export function TeamPage() {
  const { state } = useLocation();
  const given = stateSchema.safeParse(state);
  if (!given.success) {
    return (
      <EntryCard title="Heddle is in team mode" text="Everybody signs in from now on. The link that makes the first account is in Heddle's log.">
        <TextLink to="/sign-in">Sign in</TextLink>
      </EntryCard>
    );
  }
  const { ownerUrl } = given.data;
  return (
    <EntryCard
      wide
      title="Heddle is in team mode"
      text="Everybody signs in from now on. The first account owns this installation and everything that was made in it so far. Make it with this link, which works once; it stands in Heddle's log as well."
    >
      <Address text={ownerUrl} label="Copy the link" />
      <Button look="primary" size="large" onClick={() => location.assign(ownerUrl)}>
        Make the first account
      </Button>
    </EntryCard>
  );
}
