/**
 * The line for a page's head that brings the script. A plain script tag holds the page's `load` event
 * back for as long as its server does not answer, although it is async. A preload holds nothing back,
 * and the script is put into the page when it is there. Errors of before are kept for it, fifty at
 * most. Neither < nor > may be in it: site-files finds its end by that.
 */
export function loggerLine({
  url,
  integrity,
}: {
  readonly url: string;
  readonly integrity: string;
}) {
  const loaded =
    's=d.createElement("script");s.async=true;s.src=l.href;s.integrity=l.integrity;' +
    "s.crossOrigin=l.crossOrigin;d.head.appendChild(s)";
  const keep = "function(e){if(q.length!=50)q.push(e)}";
  const line = [
    'var q=w.sightlineEvents=[],l=d.createElement("link"),s',
    `w.addEventListener("error",${keep},true)`,
    `w.addEventListener("unhandledrejection",${keep})`,
    'l.rel="preload"',
    'l.as="script"',
    `l.href=${JSON.stringify(url)}`,
    `l.integrity=${JSON.stringify(integrity)}`,
    // A browser compares a script of another origin with its hash only where that lets it read the text.
    'l.crossOrigin="anonymous"',
    `l.onload=function(){${loaded}}`,
    "d.head.appendChild(l)",
  ].join(";");
  return `<script data-sightline>(function(w,d){${line}})(window,document)</script>`;
}
