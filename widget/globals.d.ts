/** Version of the package, set by scripts/build.mjs. */
declare const PARLEY_VERSION: string

/** Names of the words in text/en.json, in their order, with spaces between; set by scripts/widget-build.mjs. */
declare const PARLEY_WORDS: string

/** Style sheets come as minified text. */
declare module '*.css' {
  const css: string
  export default css
}
