import type { ReactNode } from "react";

/** A table under a heading; `empty` is said where there is no row. */
export function Table({ title, heads, rows, empty }: { title: string; heads: string[]; rows: ReactNode[][]; empty?: string }) {
  return (
    <section>
      <h2 className="mb-3 text-sm font-semibold">{title}</h2>
      {rows.length === 0 ? (
        <p className="text-sm text-soft">{empty}</p>
      ) : (
        <div className="overflow-x-auto rounded-2xl border border-line bg-board">
          <table className="w-full text-left text-sm">
            <thead className="border-b border-line text-faint">
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col" className="px-4 py-2 font-medium">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {rows.map((cells, number) => (
                <tr key={number}>
                  {cells.map((cell, place) => (
                    <td key={place} className="px-4 py-2 break-words">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
