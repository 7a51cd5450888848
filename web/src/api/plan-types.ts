/** What is planned: an application of entities, a site of sections, or a script of tables. */

export interface Field {
  name: string;
  label: string;
  type: string;
  required?: boolean;
  unique?: boolean;
  default?: string | number | boolean | null;
  values?: string[];
  min?: string | number | null;
  max?: string | number | null;
  max_length?: number | null;
}

export interface Entity {
  name: string;
  label: string;
  plural_label: string;
  fields: Field[];
  display?: string | null;
}

export interface Relation {
  kind: "one_to_many" | "many_to_many";
  source: string;
  target: string;
  field: string;
  inverse: string;
  required?: boolean;
  on_delete?: "cascade" | "restrict" | "set_null";
}

/** A thing in a section of a site; the note stands beside it: a price, hours, a period. */
export interface SiteEntry {
  title: string;
  note?: string;
  text?: string;
}

export interface SiteSection {
  name: string;
  title: string;
  kind: string;
  text?: string;
  entries?: SiteEntry[];
}

export interface Site {
  tagline?: string;
  design?: string;
  pages: { name: string; title: string; sections: SiteSection[] }[];
}

export interface DataTable {
  name: string;
  columns: { name: string; label: string; type?: "number" | "text"; unit?: string }[];
  rows: string[][];
}

export interface Script {
  tables: DataTable[];
  figures?: { name: string; title: string; kind: string; x?: string | null; y: string[]; statistic?: string | null }[];
  summaries?: { name: string; title: string; statistics: string[] }[];
}

export interface Manifest {
  /** An application of entities, a site, or a script. */
  kind?: "app" | "site" | "script";
  site?: Site | null;
  script?: Script | null;
  name: string;
  title: string;
  description?: string;
  entities: Entity[];
  relations?: Relation[];
  roles?: { name: string; label: string; may?: string[] }[];
  pages?: { name: string; title: string; kind: string; entity?: string | null }[];
  theme?: { accent: string; scheme: string };
  integrations?: { kind: string }[];
  checks?: { id: string; text: string; entity?: string | null }[];
}

export interface Decision {
  intent: string;
  reasons: string[];
  understood?: string[];
  assumed?: string[];
  open_points?: string[];
}

export interface Plan {
  manifest: Manifest | null;
  decision: Decision | null;
  summary: string | null;
}
