/** Version of the package, set by scripts/build.mjs. */
declare const PARLEY_VERSION: string

/** Style sheets come as minified text. */
declare module '*.css' {
  const css: string
  export default css
}
