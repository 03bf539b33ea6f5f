import { z } from "zod";
import { records } from "#runtime/node/fields.ts";
import { templateText } from "../kit/text/template-text-field.ts";

export const ROLES = ["lead", "worker", "reviewer"] as const;
export type MemberRole = (typeof ROLES)[number];

export const crewConfig = z.strictObject({
  task: templateText({ title: "Task", language: "markdown", description: "What the crew is to do. Used when nothing comes in by the input Prompt." }),
  strategy: z.enum(["sequential", "lead-delegates", "review-loop"]).default("sequential").meta({
    title: "Strategy",
    description:
      "Sequential: one after the other, along the hand-off wires. Lead delegates: the lead hands out tasks until it is content. Review loop: reviewers send the work back until they accept it.",
  }),
  members: records(
    {
      member: z.string().max(200).default("").meta({ title: "Member", description: "Its label." }),
      role: z.enum(ROLES).default("worker").meta({ title: "Role" }),
    },
    { title: "Roles and order", description: "For members that do not say it themselves, and where no wire says who is next." },
  ),
  maxRecycles: z.int().min(0).max(20).default(3).meta({ title: "Sent back at most", description: "How often reviewers may send the work back." }),
  maxRounds: z.int().min(1).max(50).default(10).meta({ title: "Rounds at most", description: "How often the lead may hand out tasks." }),
  onLimit: z.enum(["fail", "take-last"]).default("fail").meta({ title: "When that is used up", description: "Fail, or go on with what there is." }),
  onMemberFailure: z.enum(["fail", "go-on"]).default("fail").meta({ title: "When a member fails", description: "Fail, or tell the others and go on." }),
});
export type CrewConfig = z.output<typeof crewConfig>;
