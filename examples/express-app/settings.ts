/** What the environment says. demo.env has all of it, for trying out. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set. demo.env has an example.`);
  return value;
}
