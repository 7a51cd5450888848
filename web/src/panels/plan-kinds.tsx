import type { DataTable, Script, Site, SiteSection } from "../api/types";
import { Card, Cards } from "../ui/cards";

const ROWS_SHOWN = 8;

/** A site as its plan has it: page by page, the sections and what stands in them. */
export function SitePlan({ site }: { site: Site }) {
  return site.pages.map((page) => (
    <Cards key={page.name} title={site.pages.length > 1 ? page.title : "Sections"}>
      {page.sections.map((section) => (
        <SectionCard key={section.name} section={section} />
      ))}
    </Cards>
  ));
}

function SectionCard({ section }: { section: SiteSection }) {
  const entries = section.entries ?? [];
  return (
    <Card title={section.title} aside={section.kind} testid="section">
      {section.text && <p className="px-4 py-2 text-sm whitespace-pre-line text-soft">{section.text}</p>}
      {entries.length > 0 && (
        <ul className="divide-y divide-line">
          {entries.map((entry, index) => (
            <li key={index} className="flex justify-between gap-3 px-4 py-1.5 text-sm">
              <span className="break-words">{entry.title}</span>
              {entry.note && <span className="text-right text-soft">{entry.note}</span>}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** A script as its plan has it: what it draws and computes, and the data. */
export function ScriptPlan({ script }: { script: Script }) {
  const results = [
    ...(script.figures ?? []).map((figure) => ({ ...figure, aside: figure.kind })),
    ...(script.summaries ?? []).map((summary) => ({ ...summary, aside: summary.statistics.join(", ") })),
  ];
  return (
    <>
      <Cards title="Results">
        {results.map((result) => (
          <Card key={result.name} title={result.title} aside={result.aside} testid="result" />
        ))}
      </Cards>
      <Cards title="Data">
        {script.tables.map((table) => (
          <TableCard key={table.name} table={table} />
        ))}
      </Cards>
    </>
  );
}

function TableCard({ table }: { table: DataTable }) {
  const shown = table.rows.slice(0, ROWS_SHOWN);
  const numeric = table.columns.map((column) => column.type === "number");
  const align = (index: number) => (numeric[index] ? "text-right tabular-nums" : "text-left");
  return (
    <Card title={table.name} aside={`${table.rows.length} rows`} testid="table">
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={table.name}>
        <table className="w-full text-sm">
          <thead>
            <tr>
              {table.columns.map((column, index) => (
                <th key={column.name} scope="col" className={`px-4 py-1.5 font-medium ${align(index)}`}>
                  {column.label}
                  {column.unit && <span className="text-faint"> ({column.unit})</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {shown.map((row, index) => (
              <tr key={index}>
                {row.map((cell, at) => (
                  <td key={at} className={`px-4 py-1 ${align(at)}`}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.rows.length > ROWS_SHOWN && <p className="px-4 py-1.5 text-[13px] text-soft">and {table.rows.length - ROWS_SHOWN} more</p>}
    </Card>
  );
}
