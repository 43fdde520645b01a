<?php
/**
 * Plugin Name: Parley Chat
 * Description: Puts your Parley chatbot on every page. Settings → Parley Chat.
 * Version: 1.0.0
 * Requires at least: 5.7
 * Requires PHP: 7.4
 * License: MIT
 */

if (!defined('ABSPATH')) {
    exit;
}

const PARLEY_CHAT_DEFAULTS = [
    'host' => 'https://parley.example',
    'company_id' => 'YOUR_COMPANY_ID',
    'position' => '',
    'theme' => '',
    'color' => '',
    'launcher' => '',
    'hide_on' => '',
    'identify' => '',
];

function parley_chat_settings(): array
{
    $saved = get_option('parley_chat', []);
    return array_merge(PARLEY_CHAT_DEFAULTS, is_array($saved) ? $saved : []);
}

/** Keeps what can be used of what was sent; the rest goes back to what was there. */
function parley_chat_sanitize($input): array
{
    $input = is_array($input) ? $input : [];
    $clean = [];
    foreach (array_keys(PARLEY_CHAT_DEFAULTS) as $name) {
        $clean[$name] = sanitize_text_field((string) ($input[$name] ?? ''));
    }
    $host = untrailingslashit(esc_url_raw($clean['host'], ['https', 'http']));
    if ($host === '') {
        add_settings_error('parley_chat', 'host', __('The address must begin with https://.', 'parley-chat'));
        $host = parley_chat_settings()['host'];
    }
    $clean['host'] = $host;
    if (strpos($clean['company_id'], 'cb_') === 0) {
        add_settings_error('parley_chat', 'company_id', __('This is a secret key. Use your public id: a page can be read by everyone.', 'parley-chat'));
        $clean['company_id'] = '';
    }
    $clean['company_id'] = preg_replace('/[^A-Za-z0-9_-]/', '', $clean['company_id']);
    $clean['color'] = preg_match('/^#[0-9a-fA-F]{6}$/', $clean['color']) ? $clean['color'] : '';
    $clean['position'] = in_array($clean['position'], ['left', 'right'], true) ? $clean['position'] : '';
    $clean['theme'] = in_array($clean['theme'], ['light', 'dark'], true) ? $clean['theme'] : '';
    $clean['identify'] = $clean['identify'] === '1' ? '1' : '';
    return $clean;
}

/** The script tag, before </body>. Printed as it is, so that its attributes survive. */
function parley_chat_print(): void
{
    $settings = parley_chat_settings();
    if ($settings['company_id'] === '' || is_customize_preview()) {
        return;
    }
    if ($settings['identify'] === '1' && is_user_logged_in()) {
        $user = wp_get_current_user();
        $person = ['name' => $user->display_name, 'email' => $user->user_email];
        $flags = JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT;
        echo '<script>(window.Parley = window.Parley || []).push(["identify", ' . wp_json_encode($person, $flags) . "])</script>\n";
    }
    echo '<script src="' . esc_url($settings['host'] . '/widget.js') . '" data-company-id="' . esc_attr($settings['company_id']) . '"';
    foreach (['position', 'theme', 'color', 'launcher', 'hide_on'] as $name) {
        if ($settings[$name] !== '') {
            echo ' data-' . str_replace('_', '-', $name) . '="' . esc_attr($settings[$name]) . '"';
        }
    }
    echo " async></script>\n";
}
add_action('wp_footer', 'parley_chat_print');

add_action('admin_init', function (): void {
    register_setting('parley_chat', 'parley_chat', ['type' => 'array', 'sanitize_callback' => 'parley_chat_sanitize']);
});

add_action('admin_menu', function (): void {
    add_options_page('Parley Chat', 'Parley Chat', 'manage_options', 'parley-chat', 'parley_chat_page');
});

function parley_chat_field(string $name, string $label, string $help, string $type = 'text'): void
{
    $value = parley_chat_settings()[$name];
    echo '<tr><th scope="row"><label for="parley-' . esc_attr($name) . '">' . esc_html($label) . '</label></th><td>';
    echo '<input class="regular-text" type="' . esc_attr($type) . '" id="parley-' . esc_attr($name) . '" name="parley_chat[' . esc_attr($name) . ']" value="' . esc_attr($value) . '">';
    echo '<p class="description">' . esc_html($help) . "</p></td></tr>\n";
}

function parley_chat_choice(string $name, string $label, array $choices): void
{
    $value = parley_chat_settings()[$name];
    echo '<tr><th scope="row"><label for="parley-' . esc_attr($name) . '">' . esc_html($label) . '</label></th><td>';
    echo '<select id="parley-' . esc_attr($name) . '" name="parley_chat[' . esc_attr($name) . ']">';
    foreach ($choices as $key => $words) {
        echo '<option value="' . esc_attr($key) . '"' . ($value === (string) $key ? ' selected' : '') . '>' . esc_html($words) . '</option>';
    }
    echo "</select></td></tr>\n";
}

function parley_chat_page(): void
{
    if (!current_user_can('manage_options')) {
        return;
    }
    echo '<div class="wrap"><h1>Parley Chat</h1><form method="post" action="options.php">';
    settings_fields('parley_chat');
    echo '<table class="form-table" role="presentation">';
    parley_chat_field('host', __('Address of Parley', 'parley-chat'), __('As in the address bar of your portal, without a path.', 'parley-chat'), 'url');
    parley_chat_field('company_id', __('Your id', 'parley-chat'), __('From the portal, under Integrate. Never a secret key.', 'parley-chat'));
    parley_chat_field('launcher', __('Words on the button', 'parley-chat'), __('Empty: a speech bubble alone.', 'parley-chat'));
    parley_chat_field('color', __('Colour', 'parley-chat'), __('Like #1d6b57. Empty: as set in the portal.', 'parley-chat'));
    parley_chat_choice('position', __('Corner', 'parley-chat'), ['' => __('As in the portal', 'parley-chat'), 'right' => __('Right', 'parley-chat'), 'left' => __('Left', 'parley-chat')]);
    parley_chat_choice('theme', __('Theme', 'parley-chat'), ['' => __('As in the portal', 'parley-chat'), 'light' => __('Light', 'parley-chat'), 'dark' => __('Dark', 'parley-chat')]);
    parley_chat_field('hide_on', __('Hide on', 'parley-chat'), __('Paths with spaces between, such as /checkout* /cart.', 'parley-chat'));
    parley_chat_choice('identify', __('Signed-in visitors', 'parley-chat'), ['' => __('Stay unknown', 'parley-chat'), '1' => __('Fill in their name and e-mail address', 'parley-chat')]);
    echo '</table>';
    submit_button();
    echo '</form></div>';
}

add_filter('plugin_action_links_' . plugin_basename(__FILE__), function (array $links): array {
    array_unshift($links, '<a href="' . esc_url(admin_url('options-general.php?page=parley-chat')) . '">' . esc_html__('Settings', 'parley-chat') . '</a>');
    return $links;
});
