/** As text, made small by the bundler. */
declare module '*.css' {
  const text: string;
  export default text;
}
