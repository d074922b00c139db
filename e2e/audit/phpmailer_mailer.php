<?php
// Sends a message with PHPMailer, as FAKEMX_* say.
//
// usage: php phpmailer_mailer.php [required|default|unverified]
//
// required demands STARTTLS; default is what PHPMailer does when it is told
// nothing but the CA; unverified demands TLS with whomever.
require '/usr/share/php/libphp-phpmailer/autoload.php';

use PHPMailer\PHPMailer\PHPMailer;

function env(string $name): string
{
    return getenv('FAKEMX_' . $name);
}

$mode = $argv[1] ?? 'required';
$mail = new PHPMailer(true);
$mail->isSMTP();
$mail->Host = env('HOST');
$mail->Port = (int) env('PORT');
$mail->Timeout = 30;
if (env('SCHEME') === 'smtps') {
    $mail->SMTPSecure = PHPMailer::ENCRYPTION_SMTPS;
} elseif ($mode !== 'default') {
    $mail->SMTPSecure = PHPMailer::ENCRYPTION_STARTTLS;
}
$mail->SMTPOptions = ['ssl' => $mode === 'unverified'
    ? ['verify_peer' => false, 'verify_peer_name' => false]
    : ['cafile' => env('CA')]];
$mail->setFrom(env('FROM'));
foreach (explode(',', env('RECIPIENTS')) as $to) {
    $mail->addAddress($to);
}
$mail->Subject = 'fakemx probe';
$mail->Body = 'This is a probe of fakemx audit.';
try {
    $mail->send();
} catch (Exception $e) {
    fwrite(STDERR, $e->getMessage() . "\n");
    exit(1);
}
