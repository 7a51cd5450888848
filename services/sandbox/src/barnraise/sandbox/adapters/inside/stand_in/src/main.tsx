import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";

import "./index.css";

function App({ name }: { name: string }) {
  const [count, setCount] = useState<number>(0);
  return (
    <button className="rounded-lg px-4 py-2 hover:bg-blue-600 dark:text-white" onClick={() => setCount(count + 1)}>
      {name} {count}
    </button>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App name="stand-in" />
  </StrictMode>,
);
