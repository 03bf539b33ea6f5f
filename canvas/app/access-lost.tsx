import { DoorClosed } from "lucide-react";
import { useNavigate } from "react-router";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** The graph was open here, and is no longer shown to this person. */
export function AccessLost() {
  const navigate = useNavigate();
  return (
    <EmptyState
      icon={<DoorClosed size={18} aria-hidden />}
      title="You no longer have access to this graph"
      text={
        "It was archived, or somebody has taken back your access to it. Ask whoever shared it with you, or an owner of its workspace, if you think that this is a mistake."
      }
      actions={
        <Button look="primary" onClick={() => void navigate("/")}>
          All graphs
        </Button>
      }
    />
  );
}
