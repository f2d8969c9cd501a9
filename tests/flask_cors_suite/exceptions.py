"""The tests of flask-cors that fail over the bridge, each with its reason."""

from typing import Final

INTERNAL: Final = "It calls a private helper of flask-cors."
ECHO: Final = (
    "It wants the request's origin repeated. For origins='*' the bridge sends '*', which a "
    "browser reads alike, and which a cache can keep for every origin."
)
ALL_NAMES: Final = (
    "It wants only the requested names in Allow-Headers, or no header without any. The bridge "
    "lists every allowed name, or refuses the preflight; a browser decides alike."
)
CACHES: Final = (
    "It wants no Vary for a single origin, so that a cache would give one origin's response to "
    "requests of another."
)
CREDENTIALS: Final = "It combines any origin with credentials, which is an error."
UNANCHORED: Final = "It wants 'http://a.example.com.com' let in by '.*.example.com'."
HEADER_PATTERN: Final = "It has a pattern in allow_headers, which is an error."
RESOURCE: Final = "It has a resource such as '/test_acl*', which is no prefix: an error."
BLUEPRINT: Final = "It has resources for a blueprint, which are an error."
PRIVATE_NETWORK: Final = "It wants a header of Private Network Access, which browsers gave up."
OPTIONS: Final = "It wants OPTIONS among the methods, which no preflight needs."
NO_HEADERS: Final = (
    "It wants no headers for requests without an Origin, or for an OPTIONS request that is no "
    "preflight. The bridge treats all requests of a view alike."
)
MERGED: Final = "It wants one Vary line for each name. The bridge sends one line for all."

EXCEPTIONS: Final[dict[str, dict[str, str]]] = {
    "core.test_helpers.InternalsTestCase": {
        "test_try_match_pattern": INTERNAL,
        "test_flexible_str_str": INTERNAL,
        "test_flexible_str_set": INTERNAL,
        "test_serialize_options": INTERNAL,
        "test_get_allow_headers_empty": INTERNAL,
        "test_get_allow_headers_matching": INTERNAL,
        "test_get_allow_headers_matching_none": INTERNAL,
        "test_parse_resources_sorted": INTERNAL,
        "test_probably_regex": INTERNAL,
    },
    "decorator.test_allow_headers.AllowHeadersTestCaseIntegration": {
        "test_allow_headers_no_request_headers": ALL_NAMES,
        "test_allow_headers_with_request_headers": ALL_NAMES,
        "test_allow_headers_with_request_headers_case_insensitive": ALL_NAMES,
        "test_allow_headers_with_unmatched_request_headers": ALL_NAMES,
        "test_allow_headers_regex": HEADER_PATTERN,
    },
    "decorator.test_credentials.SupportsCredentialsCase": {
        "test_credentials_supported": CREDENTIALS,
    },
    "decorator.test_exception_interception.ExceptionInterceptionDefaultTestCase": {
        "test_acl_abort_404": RESOURCE,
        "test_acl_abort_500": RESOURCE,
        "test_acl_exception_with_error_handler": RESOURCE,
        "test_acl_uncaught_exception_500": RESOURCE,
    },
    "decorator.test_exception_interception.NoExceptionInterceptionTestCase": {
        "test_acl_abort_404": RESOURCE,
        "test_acl_abort_500": RESOURCE,
        "test_acl_exception_with_error_handler": RESOURCE,
    },
    "decorator.test_methods.MethodsCase": {"test_defaults": OPTIONS},
    "decorator.test_options.OptionsTestCase": {"test_no_options_and_not_auto": NO_HEADERS},
    "decorator.test_origins.OriginsTestCase": {
        "test_defaults_with_origin": ECHO,
        "test_regex_list": UNANCHORED,
    },
    "decorator.test_private_network_headers.SupportsCredentialsCase": {
        "test_credentials_supported": PRIVATE_NETWORK,
        "test_credentials_unsupported": PRIVATE_NETWORK,
    },
    "decorator.test_vary_header.VaryHeaderTestCase": {
        "test_default": ECHO,
        "test_consistent_origin": CACHES,
        "test_consistent_origin_concat": MERGED,
    },
    "decorator.test_w3.OriginsW3TestCase": {
        "test_wildcard_origin_header": ECHO,
        "test_wildcard_no_origin_header": NO_HEADERS,
        "test_wildcard_default_origins": ECHO,
    },
    "extension.test_app_extension.AppExtensionBadRegexp": {"test_value_error": RESOURCE},
    "extension.test_app_extension.AppExtensionRegexp": {
        "test_defaults_with_origin": ECHO,
        "test_compiled_subdomain_regex": RESOURCE,
        "test_regex_list": UNANCHORED,
    },
    "extension.test_blueprint.BlueprintExtensionTestCase": {
        "test_blueprint_resource_has_cors": BLUEPRINT,
        "test_blueprint_non_matching_route_has_no_cors": BLUEPRINT,
        "test_blueprint_init_app": BLUEPRINT,
    },
}
"""By module and class: the reason for each test that fails."""
