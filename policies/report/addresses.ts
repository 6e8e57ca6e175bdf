/** Credentials in addresses: user and password, and a query or fragment, which may be a signature. */

/** Stands for a credential. */
export const SECRET = "[secret]";

/** An address within prose ends at white space, quotes and brackets. */
const ADDRESS = /([a-z][a-z0-9+.-]*:\/\/)([^\s"`<>]+)/gi;

/**
 * A password may hold slashes, as those of AWS do, and then look like a port and a path: better a path hidden than a
 * password shown. What stands before a digest is none.
 */
const USER = /^(?:[^/?#@]*:.*|[^/?#]*)@(?!sha(?:256|512):)/s;

/** A question mark at the end is that of a sentence. */
const QUERY = /([?#])(?=\W*\w).*$/s;

/**
 * The text with user info, query and fragment of every address in it replaced.
 * @example redactAddresses("https://u:p@h/x?sig=s") // "https://[secret]@h/x?[secret]"
 */
export function redactAddresses(text: string): string {
  return text.replaceAll(ADDRESS, (_, scheme: string, rest: string) => {
    const { user, place } = partsOf(rest);
    const hidden = user === "" ? "" : `${SECRET}@`;
    return `${scheme}${hidden}${place.replace(QUERY, `$1${SECRET}`)}`;
  });
}

/**
 * The credentials of a text that is an address as a whole, spaces and all. A user without a password may be any word,
 * so it is left to {@link redactAddresses}.
 */
export function addressSecrets(text: string): string[] {
  const rest = /^[a-z][a-z0-9+.-]*:\/\/(.+)$/is.exec(text.trim())?.[1];
  if (rest === undefined) return [];
  const { user, place } = partsOf(rest);
  const colon = user.indexOf(":");
  const secrets = colon < 0 ? [] : [user, user.slice(colon + 1)];
  const query = QUERY.exec(place)?.[0].slice(1) ?? "";
  return [...secrets, query].filter((part) => part !== "");
}

function partsOf(rest: string): { user: string; place: string } {
  const user = USER.exec(rest)?.[0] ?? "";
  return { user: user.slice(0, -1), place: rest.slice(user.length) };
}
