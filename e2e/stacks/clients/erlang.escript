#!/usr/bin/env escript
%% A client of Erlang's ssl application: the protocol of client_test.go.

main([Seconds]) ->
    {ok, _} = application:ensure_all_started(ssl),
    logger:set_primary_config(level, none),
    io:format("Erlang ssl ~s in OTP ~s~n", [ssl_version(), erlang:system_info(otp_release)]),
    serve(list_to_integer(Seconds) * 1000).

ssl_version() ->
    {ok, Version} = application:get_key(ssl, vsn),
    Version.

serve(Timeout) ->
    case io:get_line("") of
        eof -> ok;
        Line ->
            [Address, Port, Name, CA, Mode] = string:lexemes(string:trim(Line), " "),
            {ok, IP} = inet:parse_address(Address),
            io:format("~s~n", [attempt(IP, list_to_integer(Port), options(Name, CA, Mode), Timeout)]),
            serve(Timeout)
    end.

options(Name, CA, Mode) ->
    Reference = case inet:parse_address(Name) of
        {ok, _} -> [];
        _ -> [{server_name_indication, Name}]
    end,
    Verify = case Mode of
        "verify" -> [{verify, verify_peer}, {cacertfile, CA}];
        _ -> [{verify, verify_none}]
    end,
    [binary, {active, true}] ++ Reference ++ Verify.

attempt(IP, Port, Options, Timeout) ->
    case ssl:connect(IP, Port, Options, Timeout) of
        {ok, Socket} ->
            Said = greeting(Socket, <<>>, Timeout),
            ssl:close(Socket),
            Said;
        {error, Reason} -> refused(Reason)
    end.

%% greeting is read in active mode, in which no alert is lost that comes first.
greeting(_, <<"220 ", _/binary>>, _) -> "ok";
greeting(_, <<_, _, _, _, _/binary>>, _) -> "refused no greeting";
greeting(Socket, Start, Timeout) ->
    receive
        {ssl, Socket, Data} -> greeting(Socket, <<Start/binary, Data/binary>>, Timeout);
        {ssl_error, Socket, Reason} -> refused(Reason);
        {ssl_closed, Socket} -> refused(closed)
    after Timeout -> refused(timeout)
    end.

refused(timeout) -> "refused timeout";
refused({tls_alert, {_, Text}}) -> ["refused ", words(alert(lists:flatten(Text)))];
refused(Reason) -> ["refused ", words(lists:flatten(io_lib:format("~0p", [Reason])))].

%% alert leaves out where in the library an alert was made.
alert(Text) ->
    re:replace(Text, "^TLS client: In state \\S+ (at \\S+ )?(generated|received) ", "\\2 ", [{return, list}]).

words(Text) -> lists:join(" ", string:lexemes(Text, " \t\r\n")).
