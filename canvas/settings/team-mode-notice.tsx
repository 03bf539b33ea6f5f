import { Users } from "lucide-react";
import { Link } from "react-router";

/** In single-user mode, where something is about others: that there are none, and how there could be. */
export function TeamModeNotice() {
  return (
    <div role="note" className="flex gap-3 rounded-lg border border-line-strong bg-raised px-4 py-3">
      <Users size={18} className="mt-0.5 shrink-0 text-accent" aria-hidden />
      <p className="text-sm">
        Heddle works for you alone, without accounts. To invite others, switch to team mode in the{" "}
        <Link to="/settings" className="font-medium text-accent hover:underline">
          settings
        </Link>
        .
      </p>
    </div>
  );
}
