import type { ReactNode } from "react";

import * as api from "../api/calls";
import type { Decision, Entity, Field, Manifest, Plan, Relation } from "../api/types";
import type { ProjectState } from "../live/reducer";
import { useResource } from "../live/resource";
import { planned, wasSaid } from "../live/timeline";
import { Tag } from "../ui/badge";
import { Card, Cards } from "../ui/cards";
import { Icon, type IconName } from "../ui/icon";
import { Empty, LoadFailed, Loading } from "../ui/notice";
import { ScriptPlan, SitePlan } from "./plan-kinds";

/** What will be, or was, built: the manifest, and why it looks like this. */
export function PlanPanel({ state }: { state: ProjectState }) {
  const id = state.project.id;
  const { data, error, reload } = useResource(`plan:${id}`, (signal) => api.plan(id, signal), state.revisions.plan);
  const plan = merged(state.plan, data);
  if (!plan?.manifest) {
    if (error && error.status !== 404) return <LoadFailed error={error} retry={reload} />;
    if (!plan && !error) return <Loading what="the plan" />;
    return (
      <div className="h-full overflow-y-auto" tabIndex={0}>
        <Empty icon="frame" title="There is no plan yet">
          Say in the conversation what shall be built. What was understood, assumed and left open will stand here, with every entity and field.
        </Empty>
        {plan?.decision && (
          <div className="mx-auto max-w-4xl px-5 pb-6">
            <DecisionView decision={plan.decision} sentence={null} />
          </div>
        )}
      </div>
    );
  }
  const { manifest, decision } = plan;
  const sentence = planned(state.jobs);
  // A description in the user's own words stands in the conversation already.
  const about = manifest.description && !wasSaid(manifest.description, state.messages) ? manifest.description : null;
  return (
    <div className="h-full overflow-y-auto" data-testid="plan" tabIndex={0} role="region" aria-label="Plan">
      <div className="mx-auto max-w-4xl space-y-8 px-5 py-6">
        <header>
          <h2 className="text-xl font-semibold tracking-tight">{manifest.title}</h2>
          {about && <p className="mt-1 max-w-2xl text-soft">{about}</p>}
        </header>
        {decision && sentence && <DecisionView decision={decision} sentence={sentence.text} />}
        {manifest.site && <SitePlan site={manifest.site} />}
        {manifest.script && <ScriptPlan script={manifest.script} />}
        {manifest.entities.length > 0 && (
          <Cards title="Entities">
            {manifest.entities.map((entity) => (
              <EntityCard key={entity.name} entity={entity} relations={manifest.relations ?? []} />
            ))}
          </Cards>
        )}
        <Rest manifest={manifest} />
      </div>
    </div>
  );
}

/** What the events told is newer; the reasons may only be in what was fetched, if it is the same plan. */
function merged(told: Plan | null, fetched: Plan | null): Plan | null {
  if (!told) return fetched;
  if (told.decision || JSON.stringify(told.manifest) !== JSON.stringify(fetched?.manifest)) return told;
  return fetched;
}

/** Why the plan looks like this: what was made of the last sentence that changed it. */
function DecisionView({ decision, sentence }: { decision: Decision; sentence: string | null }) {
  return (
    <section aria-label="Decision" className="space-y-5 rounded-2xl border border-line bg-board p-5">
      {sentence && (
        <p className="truncate text-sm" title={sentence}>
          <span className="text-faint">You said </span>“{sentence}”
        </p>
      )}
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,14rem),1fr))] gap-x-8 gap-y-5 empty:hidden">
        <Points icon="check" tone="text-good" title="Understood" points={decision.understood} />
        <Points icon="info" tone="text-ask" title="Assumed" points={decision.assumed} />
        <Points icon="alert" tone="text-active" title="Left open" points={decision.open_points} />
      </div>
      <Points icon="branch" tone="text-soft" title="Why" points={decision.reasons} />
    </section>
  );
}

function Points({ icon, tone, title, points = [] }: { icon: IconName; tone: string; title: string; points?: string[] | undefined }) {
  if (!points.length) return null;
  return (
    <div>
      <h3 className="flex items-center gap-1.5 text-sm font-semibold">
        <Icon name={icon} className={`size-3.5 ${tone}`} />
        {title}
      </h3>
      <ul className="mt-1.5 space-y-1 text-sm text-soft">
        {points.map((point) => (
          <li key={point} className="break-words">
            {point}
          </li>
        ))}
      </ul>
    </div>
  );
}

function EntityCard({ entity, relations }: { entity: Entity; relations: Relation[] }) {
  const mine = relations.flatMap((relation) => sentences(relation, entity.name));
  return (
    <Card title={entity.label} aside={entity.name === entity.label ? undefined : entity.name} testid="entity">
      <ul className="divide-y divide-line">
        {entity.fields.map((field) => (
          <FieldRow key={field.name} field={field} shown={entity.display === field.name} />
        ))}
      </ul>
      {mine.length > 0 && (
        <ul className="space-y-1 border-t border-line bg-sunk px-4 py-2.5 text-[13px] text-soft">
          {mine.map((sentence, index) => (
            <li key={`${index}`} className="flex items-start gap-1.5">
              <Icon name="branch" className="mt-1 size-3 text-faint" />
              <span className="min-w-0 break-words">{sentence}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function FieldRow({ field, shown }: { field: Field; shown: boolean }) {
  return (
    <li className="flex flex-wrap items-center gap-x-2 gap-y-1 px-4 py-1.5 text-sm">
      <span className={`break-all ${shown ? "font-medium" : ""}`}>{field.name}</span>
      <span className="code text-faint">{field.type}</span>
      <span className="ml-auto flex flex-wrap justify-end gap-1">
        {field.values?.map((value) => <Tag key={value}>{value}</Tag>)}
        {constraints(field).map((word) => (
          <Tag key={word} tint="ask">
            {word}
          </Tag>
        ))}
      </span>
    </li>
  );
}

function constraints(field: Field): string[] {
  const words: string[] = [];
  if (field.required === false) words.push("optional");
  if (field.unique) words.push("unique");
  if (field.min != null) words.push(`≥ ${field.min}`);
  if (field.max != null) words.push(`≤ ${field.max}`);
  if (field.max_length != null) words.push(`≤ ${field.max_length} characters`);
  if (field.default != null) words.push(`default ${String(field.default)}`);
  return words;
}

/** A relation as each of its two sides would say it. */
function sentences(relation: Relation, entity: string): ReactNode[] {
  const { source, target, field, inverse } = relation;
  const said: ReactNode[] = [];
  if (relation.kind === "one_to_many") {
    if (target === entity) said.push(<Said key="field" verb={relation.required ? "belongs to one" : "may belong to a"} other={source} as={field} />);
    if (source === entity) said.push(<Said key="inverse" verb="has many" other={target} as={inverse} />);
  } else {
    if (source === entity) said.push(<Said key="field" verb="has any number of" other={target} as={field} />);
    if (target === entity) said.push(<Said key="inverse" verb="has any number of" other={source} as={inverse} />);
  }
  return said;
}

function Said({ verb, other, as }: { verb: string; other: string; as: string }) {
  return (
    <>
      {verb} <strong className="font-medium text-ink">{other}</strong>, as <span className="code">{as}</span>
    </>
  );
}

function Rest({ manifest }: { manifest: Manifest }) {
  const rows: [string, ReactNode[]][] = [
    ["Pages", (manifest.pages ?? []).map((page) => page.title)],
    ["Roles", (manifest.roles ?? []).map((role) => role.label)],
    ["Integrations", (manifest.integrations ?? []).map((integration) => integration.kind)],
    ["Acceptance checks", (manifest.checks ?? []).map((check) => check.text)],
  ];
  const told = rows.filter(([, items]) => items.length > 0);
  if (!told.length) return null;
  return (
    <dl className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,14rem),1fr))] gap-6 text-sm">
      {told.map(([title, items]) => (
        <div key={title}>
          <dt className="font-semibold">{title}</dt>
          {items.map((item, index) => (
            <dd key={`${index}`} className="mt-1 break-words text-soft">
              {item}
            </dd>
          ))}
        </div>
      ))}
    </dl>
  );
}
