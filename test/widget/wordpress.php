<?php
/**
 * Loads the WordPress plugin with stand-ins for the few functions of WordPress that it calls, and prints what it prints.
 *   php wordpress.php PLUGIN_FILE  < {"option": …, "save": …, "signed_in": …, "admin": …}
 */
error_reporting(E_ALL);
set_error_handler(function (int $level, string $message): bool {
    throw new ErrorException($message, 0, $level);
});
$given = json_decode(stream_get_contents(STDIN), true);
$hooks = [];
$errors = [];
define('ABSPATH', '/');

function add_action(string $name, callable $call): void { global $hooks; $hooks[$name][] = $call; }
function add_filter(string $name, callable $call): void { global $hooks; $hooks[$name][] = $call; }
function get_option(string $name, $default) { global $given; return $given['option'] ?? $default; }
function register_setting(string $group, string $name, array $args): void { global $sanitize; $sanitize = $args['sanitize_callback']; }
function add_options_page(string $title, string $menu, string $right, string $slug, callable $call): void { global $page; $page = $call; }
function add_settings_error(string $group, string $code, string $message): void { global $errors; $errors[] = $message; }
function settings_fields(string $group): void { echo "<input type=\"hidden\" name=\"option_page\" value=\"$group\">"; }
function submit_button(): void { echo '<input type="submit" value="Save Changes">'; }
function sanitize_text_field(string $text): string { return trim(preg_replace('/[\r\n\t ]+/', ' ', strip_tags($text))); }
function untrailingslashit(string $text): string { return rtrim($text, '/\\'); }
function esc_url_raw(string $url, array $protocols): string { return in_array(parse_url($url, PHP_URL_SCHEME), $protocols, true) ? $url : ''; }
function esc_url(string $url): string { return htmlspecialchars($url, ENT_QUOTES); }
function esc_attr(string $text): string { return htmlspecialchars($text, ENT_QUOTES); }
function esc_html(string $text): string { return htmlspecialchars($text, ENT_QUOTES); }
function __(string $text, string $domain): string { return $text; }
function esc_html__(string $text, string $domain): string { return esc_html($text); }
function wp_json_encode($value, int $flags) { return json_encode($value, $flags); }
function is_customize_preview(): bool { return false; }
function is_user_logged_in(): bool { global $given; return isset($given['signed_in']); }
function wp_get_current_user(): object { global $given; return (object) $given['signed_in']; }
function current_user_can(string $right): bool { return $right === 'manage_options'; }
function plugin_basename(string $file): string { return basename(dirname($file)) . '/' . basename($file); }
function admin_url(string $path): string { return "https://blog.example/wp-admin/$path"; }

require $argv[1];

if (isset($given['save'])) {
    foreach ($hooks['admin_init'] as $call) $call();
    echo json_encode(['saved' => $sanitize($given['save']), 'errors' => $errors]);
} elseif (isset($given['admin'])) {
    foreach ($hooks['admin_menu'] as $call) $call();
    $page();
    echo implode('', $hooks['plugin_action_links_parley-chat/parley-chat.php'][0]([]));
} else {
    foreach ($hooks['wp_footer'] as $call) $call();
}
