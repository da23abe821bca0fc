/** For a phone first; dark where the visitor's system is. */
export const PORTAL_STYLE = `:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --card: #fff; --text: #1b1f24; --quiet: #57606a;
  --good: #1a7f37; --warn: #9a6700; --bad: #cf222e; --link: #0550ae;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --card: #161b22; --text: #e6edf3; --quiet: #9198a1;
    --good: #3fb950; --warn: #d29922; --bad: #f85149; --link: #79c0ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 40rem; padding: 1rem;
  font: 1rem/1.5 system-ui, sans-serif; background: var(--ground); color: var(--text);
}
h1 { margin: 0; font-size: 1.25rem; }
h2 { margin: 1.25rem 0 0.5rem; font-size: 1rem; color: var(--quiet); }
ul { margin: 0; padding: 0; list-style: none; }
li, #verdict, nav a {
  margin-bottom: 0.5rem; padding: 0.75rem 1rem; border-radius: 0.5rem; background: var(--card);
}
li { border-left: 0.35rem solid var(--quiet); overflow-wrap: anywhere; }
li strong, li span { display: block; }
li span, #time, nav small { color: var(--quiet); font-size: 0.875rem; }
#verdict { margin: 1rem 0 0.25rem; font-size: 1.5rem; font-weight: 600; }
#verdict::first-letter { text-transform: uppercase; }
#verdict.good { color: var(--good); }
#verdict.warn { color: var(--warn); }
#verdict.bad { color: #fff; background: #cf222e; }
li.good { border-color: var(--good); }
li.warn { border-color: var(--warn); }
li.bad { border-color: var(--bad); }
#time { margin: 0; }
nav { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 0.5rem; }
nav a { margin: 0; color: var(--link); font-weight: 600; text-decoration: none; }
nav a:focus-visible, nav a:hover { outline: 2px solid var(--link); }
nav small { display: block; font-weight: 400; }
`;
