<?php
/** Prints the chat on your pages: call parley_chat() before </body>. */
function parley_chat(string $company_id = 'YOUR_COMPANY_ID', array $settings = []): void
{
    $attributes = ['data-company-id' => $company_id];
    foreach ($settings as $name => $value) {
        $attributes['data-' . $name] = $value;
    }
    echo '<script src="https://parley.example/widget.js"';
    foreach ($attributes as $name => $value) {
        echo ' ' . htmlspecialchars($name, ENT_QUOTES) . '="' . htmlspecialchars((string) $value, ENT_QUOTES) . '"';
    }
    echo " async></script>\n";
}

parley_chat();
