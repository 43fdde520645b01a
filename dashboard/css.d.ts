/** Style sheets are bundled by esbuild; a module only names them. */
declare module '*.css'
